package import ErlangTerms

/// What a `.script` or `.boot` file says (`script(4)`): `{script, {Name, Version}, Commands}`.
package struct BootScript: Hashable, Sendable {
    package var name: String
    package var version: String
    package var commands: [Term]

    package init(name: String, version: String, commands: [Term]) {
        self.name = name
        self.version = version
        self.commands = commands
    }

    package var term: Term {
        .tuple(.atom("script"), .tuple(.string(self.name), .string(self.version)), .list(self.commands))
    }
}
