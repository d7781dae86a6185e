/// One change of a target system, as its journal and its history tell it.
package struct Operation: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case install, commit, rollback, remove, repair
    }

    /// Unique on this host.
    package var id: String
    package var kind: Kind
    /// Who asked for it: the name of a user of the host.
    package var user: String
    /// When it began.
    package var began: HostTime
    package var node: String?
    /// The version that ran before; nil until the node has said.
    package var from: String?
    package var to: String?
    /// The SHA-256 of the tarball, in hexadecimal.
    package var digest: String?
    /// The ID of the saved plan that was applied.
    package var plan: String?

    package init(
        id: String, kind: Kind, user: String, began: HostTime, node: String? = nil, from: String? = nil,
        to: String? = nil, digest: String? = nil, plan: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.user = user
        self.began = began
        self.node = node
        self.from = from
        self.to = to
        self.digest = digest
        self.plan = plan
    }
}

/// How an operation ended, as its history tells it.
package struct OperationEnd: Hashable, Sendable {
    /// `committed`, `awaiting-commit`, `rolled-back`, `refused`, `failed` (contract, section 6), or `removed`, `repaired`,
    /// `undone`, `went-back`.
    package var result: String
    package var at: HostTime
    /// The longest time that one process stood still, in microseconds; nil where nothing was measured.
    package var longestPause: Int?
    /// The summaries of the findings of error severity.
    package var reasons: [String]

    package init(result: String, at: HostTime, longestPause: Int? = nil, reasons: [String] = []) {
        self.result = result
        self.at = at
        self.longestPause = longestPause
        self.reasons = reasons
    }
}

/// Seconds since 1970 in UTC, by the clock of this host.
package struct HostTime: Hashable, Comparable, Sendable {
    package var seconds: Int

    package init(seconds: Int) { self.seconds = seconds }

    package static func < (left: HostTime, right: HostTime) -> Bool { left.seconds < right.seconds }

    /// `2026-11-23T08:00:00Z` (RFC 3339). The days are counted in eras of 400 years that begin in March, so that the leap
    /// day is the last day of a year.
    package var text: String {
        let (days, rest) = (
            Self.floored(self.seconds, 86_400), self.seconds - Self.floored(self.seconds, 86_400) * 86_400
        )
        let shifted = days + 719_468
        let era = Self.floored(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let isNextYear = month >= 10
        let year = yearOfEra + era * 400 + (isNextYear ? 1 : 0)
        let date = [year, isNextYear ? month - 9 : month + 3, day].map(Self.twoDigits).joined(separator: "-")
        let time = [rest / 3600, rest / 60 % 60, rest % 60].map(Self.twoDigits).joined(separator: ":")
        return "\(date)T\(time)Z"
    }

    private static func floored(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}

/// What an operation takes from the world beside files and the node.
package struct OperationContext: Sendable {
    /// The name of the user who asked for it.
    package var user: String
    /// The clock of the host.
    package var now: @Sendable () -> HostTime
    /// Something that no other operation on this host has at the same second.
    package var mark: String

    package init(user: String, mark: String, now: @escaping @Sendable () -> HostTime) {
        self.user = user
        self.mark = mark
        self.now = now
    }
}
