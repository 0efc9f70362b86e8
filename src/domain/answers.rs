//! Onboarding answers: what an entry is, how the evidence for it is weighed, and when the evidence is not enough.
