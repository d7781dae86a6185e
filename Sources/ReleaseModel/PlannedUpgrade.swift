package import ErlangTerms

/// Why an instruction stands in a plan: a chain from the rule that emitted it back to what a person or a file said.
package struct Cause: Hashable, Sendable {
    /// One sentence, lower case, no period: "`cart_server` changed: `handle_call/3`".
    package var text: String
    /// What led to it, nearest first.
    package var because: [Cause]

    package init(_ text: String, because: [Cause] = []) {
        self.text = text
        self.because = because
    }

    /// The whole chain in one line.
    package var chain: String {
        ([self.text] + self.because.map(\.chain)).joined(separator: "; ")
    }
}

/// One low-level instruction of a relup script with its cause.
package struct PlannedStep: Hashable, Sendable {
    /// As it stands in the relup (`relup(4)`).
    package var instruction: Term
    package var cause: Cause

    package init(instruction: Term, cause: Cause) {
        self.instruction = instruction
        self.cause = cause
    }
}

/// The script from one release to another, and the one back.
package struct PlannedUpgrade: Sendable {
    package var from: Release
    package var to: Release
    package var up: [PlannedStep]
    package var down: [PlannedStep]

    package init(from: Release, to: Release, up: [PlannedStep], down: [PlannedStep]) {
        self.from = from
        self.to = to
        self.up = up
        self.down = down
    }
}
