import ErlangTerms
import ReleaseFiles
import ReleaseModel

/// Changes a boot script of mix so that it boots the same system from applications alone.
///
/// Whatever mix put into it stays, its configuration providers too. What changes:
/// - `$RELEASE_LIB/` becomes `$ROOT/lib/`, since OTP's own start programs know nothing of mix's boot variable;
/// - the folder of consolidated protocols becomes the `ebin` of the application that holds them;
/// - that application is loaded, and started if `elixir` is;
/// - other applications do not list its modules any more.
struct MixBootScript {
    /// The application with the protocols; nil when none are consolidated.
    let protocols: ResolvedApplication?

    /// What stands before an application's folder in a path of mix, and what OTP has there.
    private static let variable = (mix: "$RELEASE_LIB/", otp: "$ROOT/lib/")

    func rewritten(_ script: BootScript) -> BootScript {
        var commands = script.commands.map(self.command)
        self.addProtocols(to: &commands)
        return BootScript(name: script.name, version: script.version, commands: commands)
    }

    // MARK: - Paths and specifications

    private func command(_ command: Term) -> Term {
        guard let parts = command.tupleElements, parts.count == 2 else { return command }
        if parts[0] == .atom("path"), let folders = parts[1].listElements {
            return .tuple(parts[0], .list(folders.map(self.folder)))
        }
        guard let specification = Self.loaded(command) else { return command }
        return Self.load(self.withoutProtocols(specification))
    }

    private func folder(_ folder: Term) -> Term {
        guard let text = folder.stringValue, text.hasPrefix(Self.variable.mix) else { return folder }
        let rest = String(text.dropFirst(Self.variable.mix.count))
        guard rest.hasPrefix("../releases/"), rest.hasSuffix("/consolidated"), let protocols else {
            return .string(Self.variable.otp + rest)
        }
        return .string("\(Self.variable.otp)\(protocols.name)-\(protocols.version)/ebin")
    }

    /// `{application, Name, Properties}` without the modules that the application of protocols has.
    private func withoutProtocols(_ specification: Term) -> Term {
        guard let protocols, let parts = specification.tupleElements, parts.count == 3,
            let properties = parts[2].listElements
        else { return specification }
        let moved = Set(protocols.specification.modules.map { Term.atom($0.atom) })
        return .tuple(parts[0], parts[1], .list(properties.map { ProtocolOwner.without(moved, property: $0) }))
    }

    // MARK: - The application of protocols

    private func addProtocols(to commands: inout [Term]) {
        guard let protocols, let lastLoad = commands.lastIndex(where: { Self.loaded($0) != nil }) else { return }
        commands.insert(Self.load(protocols.specificationTerm), at: lastLoad + 1)
        guard let elixir = commands.firstIndex(where: { Self.started($0) == "elixir" }) else { return }
        let arguments = Term.list([.atom(protocols.name.atom), .atom(protocols.type.atom)])
        commands.insert(Self.apply("start_boot", arguments), at: elixir + 1)
    }

    // MARK: - Commands

    private static func apply(_ function: String, _ arguments: Term) -> Term {
        .tuple(.atom("apply"), .tuple(.atom("application"), .atom(function), arguments))
    }

    private static func load(_ specification: Term) -> Term { self.apply("load", .list([specification])) }

    /// The specification that `{apply, {application, load, [Specification]}}` loads.
    private static func loaded(_ command: Term) -> Term? {
        self.arguments(of: command, "load").flatMap { $0.count == 1 ? $0[0] : nil }
    }

    /// The name of the application that `{apply, {application, start_boot, [Name, Type]}}` starts.
    private static func started(_ command: Term) -> Atom? {
        self.arguments(of: command, "start_boot")?.first?.atomValue
    }

    private static func arguments(of command: Term, _ function: Atom) -> [Term]? {
        guard let parts = command.tupleElements, parts.count == 2, parts[0] == .atom("apply"),
            let call = parts[1].tupleElements, call.count == 3, call[0] == .atom("application"),
            call[1] == .atom(function)
        else { return nil }
        return call[2].listElements
    }
}

/// An application that a protocol was written in. Its consolidated form lies in another one, and a module can be in one
/// application of a release only.
enum ProtocolOwner {
    /// A `{Key, Value}` of a specification; the modules `moved` are not in its list of modules any more.
    static func without(_ moved: Set<Term>, property: Term) -> Term {
        guard let pair = property.tupleElements, pair.count == 2, pair[0] == .atom("modules"),
            let modules = pair[1].listElements
        else { return property }
        return .tuple(pair[0], .list(modules.filter { !moved.contains($0) }))
    }
}
