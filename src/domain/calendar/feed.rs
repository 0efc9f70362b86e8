//! iCalendar text.
