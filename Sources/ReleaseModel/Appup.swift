package import ErlangTerms

/// What an `.appup` file says (`appup(4)`). Instructions stay terms here: OTP checks their grammar only after expanding
/// and merging the scripts of all applications, and its errors depend on that order.
package struct Appup: Hashable, Sendable {
    package var version: ApplicationVersion
    /// From older versions to this one, in the order of the file: the first match wins.
    package var up: [Entry]
    /// From this version back to older ones.
    package var down: [Entry]

    /// The script for the versions that the key stands for.
    package struct Entry: Hashable, Sendable {
        package var key: Key
        package var script: [Term]

        package init(key: Key, script: [Term]) {
            self.key = key
            self.script = script
        }
    }

    /// Which versions an entry is for.
    package enum Key: Hashable, Sendable {
        /// Written as a string: equal texts.
        case exact(String)
        /// Written as a binary: the leftmost match of this regular expression is the whole version.
        case pattern(String)
    }

    package init(version: ApplicationVersion, up: [Entry], down: [Entry]) {
        self.version = version
        self.up = up
        self.down = down
    }
}
