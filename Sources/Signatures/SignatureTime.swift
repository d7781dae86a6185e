/// When signatures are judged, and what local times mean; from the caller, so that nothing here asks a clock.
package struct SignatureTime: Sendable {
    /// Seconds since 1970.
    package let now: Int
    /// The seconds since 1970 of a local date and time of this host; nil for one that there is not.
    package let ofLocal: @Sendable (CalendarTime) -> Int?

    package init(now: Int, ofLocal: @escaping @Sendable (CalendarTime) -> Int?) {
        self.now = now
        self.ofLocal = ofLocal
    }
}

/// A date and time as it is written in a list of allowed signers.
package struct CalendarTime: Hashable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int

    /// Reads `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`; nil for anything else, and for dates that no calendar has.
    init?(_ digits: ArraySlice<UInt8>) {
        let isNumber = digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, [8, 12, 14].contains(digits.count) else { return nil }
        func number(_ start: Int, _ count: Int) -> Int {
            digits.dropFirst(start).prefix(count).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        self.year = number(0, 4)
        self.month = number(4, 2)
        self.day = number(6, 2)
        self.hour = number(8, 2)
        self.minute = number(10, 2)
        self.second = number(12, 2)
        guard self.year >= 1970, (1...12).contains(self.month), self.day >= 1,
            self.day <= Self.days(in: self.month, of: self.year), self.hour < 24, self.minute < 60, self.second < 61
        else { return nil }
    }

    /// Seconds since 1970 where this is the time of Greenwich.
    package var secondsInUTC: Int {
        var days = (1970..<self.year).reduce(0) { $0 + (Self.isLeap($1) ? 366 : 365) }
        for month in 1..<self.month { days += Self.days(in: month, of: self.year) }
        days += self.day - 1
        return ((days * 24 + self.hour) * 60 + self.minute) * 60 + self.second
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: self.isLeap(year) ? 29 : 28
        default: 31
        }
    }
}
