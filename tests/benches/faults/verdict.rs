//! What the world, which is as strict as those it plays, found wrong with what the bot sent; and what of that is excused. It must not know
//! what is owed.

use firstmate::playground::Playground;

use crate::fault::Fault;

/// A finding that a bot without a fault may cause while something goes wrong.
struct Excuse {
    /// While this goes wrong.
    fault: Fault,
    /// The first words of the finding.
    begins: &'static str,
    /// Why it is none of the bot's doing. Printed, so that nobody excuses without one.
    reason: &'static str,
}

/// None. What a bot meets that is late, limited or was killed, the world does not call a finding to begin with: a trigger or an address
/// that expired, a window that was closed. Whatever is added here has to say why it cannot be avoided.
const EXCUSES: [Excuse; 0] = [];

/// The findings that are not excused; those that are, are printed.
pub(crate) fn findings(world: &Playground, fault: Option<Fault>) -> Vec<String> {
    let excuse =
        |finding: &str| EXCUSES.iter().find(|excuse| Some(excuse.fault) == fault && finding.starts_with(excuse.begins));
    let mut findings = world.faults();
    findings.retain(|finding| match excuse(finding) {
        Some(excuse) => {
            println!("    {finding}: excused, {}", excuse.reason);
            false
        }
        None => true,
    });
    findings
}
