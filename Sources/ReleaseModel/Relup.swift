package import ErlangTerms

/// What a `relup` file says (`relup(4)`).
package struct Relup: Hashable, Sendable {
    package var version: ReleaseVersion
    package var up: [Entry]
    package var down: [Entry]

    /// The script of one pair of releases.
    package struct Entry: Hashable, Sendable {
        /// The release this script comes from (up) or goes to (down).
        package var version: ReleaseVersion
        /// Any term the user gave; OTP's default is `[]`.
        package var description: Term
        package var instructions: [Term]

        package init(version: ReleaseVersion, description: Term, instructions: [Term]) {
            self.version = version
            self.description = description
            self.instructions = instructions
        }
    }

    package init(version: ReleaseVersion, up: [Entry], down: [Entry]) {
        self.version = version
        self.up = up
        self.down = down
    }
}
