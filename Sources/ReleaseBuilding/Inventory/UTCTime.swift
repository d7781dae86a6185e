/// A time in ISO 8601, as bills of materials want it.
enum UTCTime {
    /// `2026-11-23T08:00:00Z` for seconds since 1970; what lies outside of the years 1970 to 9999 becomes their border.
    static func text(_ seconds: Int) -> String {
        let seconds = min(max(seconds, 0), 253_402_300_799)
        let (day, time) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, dayOfMonth) = Self.date(day)
        return "\(year)-\(Self.two(month))-\(Self.two(dayOfMonth))T"
            + "\(Self.two(time / 3600)):\(Self.two(time / 60 % 60)):\(Self.two(time % 60))Z"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// The date of a day since 1970. Years are counted from March, so that the leap day is the last of a year: all months
    /// before it have lengths that repeat every five months, 153 days.
    private static func date(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let days = day + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let year = yearOfEra + era * 400
        return (month < 10 ? year : year + 1, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}
