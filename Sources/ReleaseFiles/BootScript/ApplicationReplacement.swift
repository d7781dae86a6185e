import Diagnostics
import ErlangTerms

/// Replaces what a script loads of the base applications and where it finds them, and notes what goes wrong with it.
struct ApplicationReplacement {
    /// The part of the new script that loads modules.
    let newModules: [Term]
    private(set) var warnings: [Diagnostic] = []

    init(newModules: [Term]) { self.newModules = newModules }

    // MARK: - Modules

    /// Replaces the first pair `{path, [Path]}, {primLoad, Modules}` whose path OTP takes for the application's by the
    /// first such pair of the new script; by nothing if that has none.
    mutating func replaceModules(
        of application: BaseApplication, in commands: inout [Term]
    ) throws(HybridBootProblem) {
        guard let old = try Self.firstPair(of: application, in: commands) else {
            self.warnings.append(.kept(application, .modules))
            return
        }
        let new = try Self.firstPair(of: application, in: self.newModules)
        self.check(old.path, for: application, .modules, .old)
        if let new {
            self.check(new.path, for: application, .modules, .new)
        } else {
            self.warnings.append(.dropped(application, .modules))
        }
        let replacement = new.map { self.newModules[$0.index..<($0.index + 2)] } ?? []
        commands.replaceSubrange(old.index..<(old.index + 2), with: replacement)
    }

    private static func firstPair(
        of application: BaseApplication, in commands: [Term]
    ) throws(HybridBootProblem) -> (index: Int, path: [UInt8])? {
        var index = 0
        while index + 1 < commands.count {
            guard case .tuple(let first) = commands[index], first.count == 2, first[0].isAtom("path"),
                case .list(let paths) = first[1], paths.count == 1,
                case .tuple(let second) = commands[index + 1], second.count == 2, second[0].isAtom("primLoad")
            else {
                index += 1
                continue
            }
            let path = try self.text(of: paths[0])
            if application.isFound(in: path) { return (index, path) }
            index += 2
        }
        return nil
    }

    // MARK: - Paths

    /// Replaces the paths of the three applications in the first `{path, Paths}`.
    mutating func replacePaths(in old: [Term], with new: [Term]) throws(HybridBootProblem) -> [Term] {
        guard
            let index = old.firstIndex(where: { command in
                guard case .tuple(let elements) = command else { return false }
                return elements.count == 2 && elements[0].isAtom("path")
            }), case .tuple(let command) = old[index]
        else { throw .crash(.noPath(.old), .atom("function_clause")) }
        let newCommand = new.first { command in
            guard case .tuple(let elements) = command else { return false }
            return elements.first?.isAtom("path") ?? false
        }
        guard case .tuple(let newElements) = newCommand, newElements.count == 2 else {
            throw .crash(.noPath(.new), .tuple(.atom("badmatch"), newCommand ?? .atom("false")))
        }
        var paths = Cells(command[1])
        for application in BaseApplication.allCases {
            try self.replacePath(of: application, in: &paths, with: Cells(newElements[1]))
        }
        var commands = old
        commands[index] = .tuple(.atom("path"), paths.term)
        return commands
    }

    private mutating func replacePath(
        of application: BaseApplication, in paths: inout Cells, with new: Cells
    ) throws(HybridBootProblem) {
        guard let (index, oldPath) = try Self.firstPath(of: application, in: paths) else {
            self.warnings.append(.kept(application, .paths))
            return
        }
        let found = try Self.firstPath(of: application, in: new)
        self.check(oldPath, for: application, .paths, .old)
        if let found {
            self.check(found.path, for: application, .paths, .new)
            paths.elements[index] = new.elements[found.index]
        } else {
            self.warnings.append(.dropped(application, .paths))
            paths.elements.remove(at: index)
        }
    }

    private static func firstPath(
        of application: BaseApplication, in paths: Cells
    ) throws(HybridBootProblem) -> (index: Int, path: [UInt8])? {
        for (index, element) in paths.elements.enumerated() {
            let path = try self.text(of: element)
            if application.isFound(in: path) { return (index, path) }
        }
        guard paths.isProper else { throw .crash(.pathsNotAList, .atom("function_clause")) }
        return nil
    }

    // MARK: - What goes wrong

    private mutating func check(
        _ path: [UInt8], for application: BaseApplication, _ part: HybridBootPart, _ side: HybridBootProblem.Side
    ) {
        guard !application.owns(path) else { return }
        self.warnings.append(.otherTaken(path, for: application, part, side))
    }

    /// Replaces what is loaded of `stdlib` and `sasl` and notes what the order of the commands does to `stdlib`.
    mutating func replaceSpecifications(in old: Cells, with new: Cells) throws(HybridBootProblem) -> Cells {
        let replaced = try LoadCommands(of: new).replacing(in: old)
        switch replaced.stdlib {
        case .replaced: break
        case .kept: self.warnings.append(.kept(.stdlib, .specifications))
        case .lost: self.warnings.append(.stdlibLost)
        }
        return replaced.commands
    }

    /// The text of a path as UTF-8: characters and binaries in lists of any depth, as `re:run/3` takes it.
    private static func text(of term: Term) throws(HybridBootProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        var pending: [(Term, isTail: Bool)] = [(term, true)]
        while let (next, isTail) = pending.popLast() {
            switch next {
            case .integer(let value) where !isTail:
                guard let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) else {
                    throw .crash(.pathNotText(term), .atom("badarg"))
                }
                bytes += String(scalar).utf8
            case .binary(let part):
                bytes += part
            case .list(let elements):
                pending += elements.reversed().map { ($0, false) }
            case .improperList(let list):
                pending.append((list.tail, true))
                pending += list.elements.reversed().map { ($0, false) }
            case .integer, .atom, .bigInteger, .float, .tuple, .map, .bitString, .pid, .port, .reference,
                .externalFunction, .closure, .nativeRecord:
                throw .crash(.pathNotText(term), .atom("badarg"))
            }
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw .crash(.pathNotText(term), .atom("badarg"))
        }
        return bytes
    }
}

/// The commands with which a script loads `stdlib` and `sasl`: `{apply, {application, load, [{application, _, _}]}}`.
struct LoadCommands: Hashable {
    /// Nil if the new script loads `sasl` first: OTP looks no further than that.
    let stdlib: Term?
    let sasl: Term

    init(of commands: Cells) throws(HybridBootProblem) {
        var stdlib: Term?
        for command in commands.elements {
            if Self.loads("stdlib", command) { stdlib = command }
            if Self.loads("sasl", command) {
                self.stdlib = stdlib
                self.sasl = command
                return
            }
        }
        guard commands.isProper else { throw .crash(.applicationsNotAList, .atom("function_clause")) }
        throw .applicationNotFound(stdlib == nil ? .stdlib : .sasl)
    }

    /// What became of the commands that load `stdlib`.
    enum Fate: Hashable {
        case replaced
        /// The old one stands behind `sasl`.
        case kept
        /// At least one became the atom `undefined`.
        case lost
    }

    /// Replaces every `stdlib` up to the first `sasl`, and that one. Only the first `stdlib` gets a command that means
    /// something; where none is left, OTP writes the atom `undefined`.
    func replacing(in commands: Cells) throws(HybridBootProblem) -> (commands: Cells, stdlib: Fate) {
        var result = commands
        var stdlib = self.stdlib
        var fate = Fate.kept
        for (index, command) in commands.elements.enumerated() {
            if Self.loads("stdlib", command) {
                result.elements[index] = stdlib ?? .atom("undefined")
                fate = stdlib == nil ? .lost : .replaced
                stdlib = nil
            } else if Self.loads("sasl", command) {
                result.elements[index] = self.sasl
                return (result, fate)
            }
        }
        guard commands.isProper else { throw .crash(.applicationsNotAList, .atom("function_clause")) }
        throw .applicationNotReplaced(stdlib == nil ? .sasl : .stdlib)
    }

    private static func loads(_ application: Atom, _ command: Term) -> Bool {
        guard case .tuple(let apply) = command, apply.count == 2, apply[0].isAtom("apply"),
            case .tuple(let call) = apply[1], call.count == 3, call[0].isAtom("application"), call[1].isAtom("load"),
            case .list(let arguments) = call[2], arguments.count == 1, case .tuple(let specification) = arguments[0]
        else { return false }
        return specification.count == 3 && specification[0].isAtom("application")
            && specification[1].isAtom(application)
    }
}
