package import Diagnostics
package import ErlangTerms

/// The boot script of the temporary node in an upgrade of the emulator (`systools_make:make_hybrid_boot/4`): it runs
/// the new emulator with the new `kernel`, `stdlib` and `sasl`, but everything else in the old version, and goes on
/// with the upgrade when it is up.
///
/// Both scripts are cut into the same five parts, and the new one's parts replace the old one's:
///
///     up to {progress, kernel_load_completed}     new
///     the modules of each application             old, with the entries of the three applications from new
///     {progress, modules_loaded} and the paths    old, with the paths of the three applications from new
///     the processes of the kernel                 new
///     loading and starting the applications       old, with the specifications of stdlib and sasl from new,
///                                                 and `release_handler:new_emulator_upgrade` before the end
///
/// OTP finds the three applications by a pattern in their paths, anywhere in the text. What that gets wrong is kept, so
/// that the result equals OTP's, and reported in ``warnings``.
package struct HybridBootScript: Hashable, Sendable {
    /// `{script, {Name, TemporaryVersion}, Commands}`, equal to the term in OTP's answer.
    package let term: Term
    /// The `.boot` file: the term in external format, its atoms written as in the new boot file.
    package let bytes: [UInt8]
    /// Where OTP takes something that it should not.
    package let warnings: [Diagnostic]

    /// Makes the script of two boot files. `arguments` are those of `release_handler:new_emulator_upgrade`, in OTP
    /// `[ToVersion, Options]`; `temporaryVersion` is a string there. Neither is looked into.
    package init(
        temporaryVersion: Term, old: [UInt8], new: [UInt8], arguments: Term, limits: ExternalTermLimits = .default
    ) throws(HybridBootProblem) {
        let oldScript = try WrittenScript(old, .old, limits)
        let newScript = try WrittenScript(new, .new, limits)
        let oldParts = try ScriptParts(oldScript.commands)
        let newParts = try ScriptParts(newScript.commands)

        var replacement = ApplicationReplacement(newModules: newParts.modules)
        var modules = oldParts.modules
        for application in BaseApplication.allCases { try replacement.replaceModules(of: application, in: &modules) }
        let paths = try replacement.replacePaths(in: oldParts.paths, with: newParts.paths)

        let specifications = try replacement.replaceSpecifications(
            in: oldParts.applications, with: newParts.applications)
        let applications = try Self.upgrading(specifications, arguments)

        self.term = .tuple(
            .atom("script"), .tuple(newScript.name, temporaryVersion),
            .list(newParts.kernelLoad + modules + paths + newParts.kernelProcesses + applications))
        self.bytes = ExternalTerm.encode(self.term, atoms: ExternalTerm.AtomStyle(ofScript: new))
        self.warnings = replacement.warnings
    }

    /// Puts the call that goes on with the upgrade in front of the last command, which must say that the node is up.
    private static func upgrading(_ commands: Cells, _ arguments: Term) throws(HybridBootProblem) -> [Term] {
        let elements = commands.elements
        guard commands.isProper else {
            throw .crash(.applicationsNotAList, elements.count < 2 ? .atom("function_clause") : .atom("badarg"))
        }
        let started = Term.tuple(.atom("progress"), .atom("started"))
        guard elements.last == started else {
            throw .crash(.notEndingInStarted, .tuple(.atom("badmatch"), .list(elements.reversed())))
        }
        let call = Term.tuple(.atom("release_handler"), .atom("new_emulator_upgrade"), arguments)
        return elements.dropLast() + [.tuple(.atom("apply"), call), started]
    }
}

/// The applications that a hybrid boot script takes from the new release, in the order OTP looks for them.
enum BaseApplication: String, CaseIterable {
    case kernel, stdlib, sasl

    /// Whether OTP takes a path for one of this application: `NAME-` and a digit or dot, anywhere in it.
    func isFound(in path: [UInt8]) -> Bool {
        let prefix = Array(self.rawValue.utf8) + [UInt8(ascii: "-")]
        guard path.count > prefix.count else { return false }
        return (0..<(path.count - prefix.count)).contains { start in
            path[start...].starts(with: prefix) && Self.isVersionByte(path[start + prefix.count])
        }
    }

    /// Whether the application that the path is of has this name: the last component, `ebin` left out.
    func owns(_ path: [UInt8]) -> Bool {
        var components = path.split(separator: UInt8(ascii: "/"))
        if components.last.map({ $0.elementsEqual("ebin".utf8) }) ?? false { components.removeLast() }
        let prefix = Array(self.rawValue.utf8) + [UInt8(ascii: "-")]
        guard let name = components.last, name.starts(with: prefix) else { return false }
        return name.dropFirst(prefix.count).first.map(Self.isVersionByte) ?? false
    }

    private static func isVersionByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// A boot file as read: `{script, {Name, _}, Commands}`.
private struct WrittenScript {
    let name: Term
    let commands: Cells

    init(
        _ bytes: [UInt8], _ side: HybridBootProblem.Side, _ limits: ExternalTermLimits
    ) throws(HybridBootProblem) {
        let term = try Self.firstTerm(bytes, side, limits)
        guard case .tuple(let elements) = term, elements.count == 3, elements[0].isAtom("script"),
            case .tuple(let names) = elements[1], names.count == 2
        else {
            throw .crash(.notAScript(side), .tuple(.atom("badmatch"), term))
        }
        self.name = names[0]
        self.commands = Cells(elements[2])
    }

    /// Like `binary_to_term/1`, which passes over bytes behind the term.
    private static func firstTerm(
        _ bytes: [UInt8], _ side: HybridBootProblem.Side, _ limits: ExternalTermLimits
    ) throws(HybridBootProblem) -> Term {
        do {
            return try ExternalTerm.decode(bytes, limits: limits)
        } catch {
            guard case .trailingBytes = error.code,
                let term = try? ExternalTerm.decode(Array(bytes.prefix(error.offset)), limits: limits)
            else { throw .crash(.notATerm(side, error), .atom("badarg")) }
            return term
        }
    }
}

/// The commands of a script, cut where OTP cuts them.
private struct ScriptParts {
    /// Before `{progress, kernel_load_completed}`.
    let kernelLoad: [Term]
    /// Before `{progress, modules_loaded}`.
    let modules: [Term]
    /// Before the first `{kernelProcess, _, _}`.
    let paths: [Term]
    /// Before `{progress, init_kernel_started}`.
    let kernelProcesses: [Term]
    let applications: Cells

    init(_ commands: Cells) throws(HybridBootProblem) {
        var rest = commands
        func progress(_ what: Atom) -> Term { .tuple(.atom("progress"), .atom(what)) }
        self.kernelLoad = try rest.removeAll { $0 == progress("kernel_load_completed") }
        self.modules = try rest.removeAll { $0 == progress("modules_loaded") }
        self.paths = try rest.removeAll { command in
            guard case .tuple(let elements) = command else { return false }
            return elements.count == 3 && elements[0].isAtom("kernelProcess")
        }
        self.kernelProcesses = try rest.removeAll { $0 == progress("init_kernel_started") }
        self.applications = rest
    }
}

extension Cells {
    /// Removes and returns what stands before the first element that `isEnd` holds for; everything, if there is none.
    fileprivate mutating func removeAll(before isEnd: (Term) -> Bool) throws(HybridBootProblem) -> [Term] {
        let end = self.elements.firstIndex(where: isEnd)
        guard end != nil || self.isProper else { throw .crash(.commandsNotAList, .atom("function_clause")) }
        let removed = Array(self.elements[..<(end ?? self.elements.endIndex)])
        self.elements = Array(self.elements[(end ?? self.elements.endIndex)...])
        return removed
    }
}

extension ExternalTerm.AtomStyle {
    /// How a boot file writes its atoms: the first one, `script`, tells.
    fileprivate init(ofScript bytes: [UInt8]) {
        let latin1Tags: Set<UInt8> = [100, 115]
        switch bytes.dropFirst().first {
        case 104: self = latin1Tags.contains(bytes.dropFirst(3).first ?? 0) ? .latin1 : .utf8
        case 105: self = latin1Tags.contains(bytes.dropFirst(6).first ?? 0) ? .latin1 : .utf8
        default: self = .utf8
        }
    }
}
