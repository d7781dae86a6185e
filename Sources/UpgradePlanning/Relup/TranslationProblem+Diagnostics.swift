package import Diagnostics
import ErlangTerms
import OrderedCollections

extension TranslationFailure {
    /// What is wrong, for people, in the order of the problems.
    ///
    /// - Parameter mode: which way the scripts lead.
    package func diagnostics(_ mode: UpgradeMode) -> [Diagnostic] {
        self.problems.map { $0.diagnostic(mode) }
    }
}

extension TranslationProblem {
    /// The problem as a finding: the kind of problem in words, and the instruction as its place.
    package func diagnostic(_ mode: UpgradeMode) -> Diagnostic {
        let wording = self.wording(mode)
        return Diagnostic(
            wording.id, .error, wording.summary, at: self.place?.place ?? .none, explanation: wording.explanation,
            notes: (self.place.map { [$0.note("in")] } ?? []) + self.related.map { $0.note("also") },
            help: wording.help, application: self.place?.application?.name, module: wording.module?.name,
            direction: mode.direction)
    }

    private struct Wording {
        var id: Diagnostic.ID
        var summary: String
        var explanation: String
        var help: [String]
        var module: Atom?

        init(
            _ id: Diagnostic.ID, _ summary: String, why explanation: String = "", help: [String], module: Atom? = nil
        ) {
            self.id = id
            self.summary = summary
            self.explanation = explanation
            self.help = help
            self.module = module
        }
    }

    private func wording(_ mode: UpgradeMode) -> Wording {
        switch self.kind {
        case .badInstruction(let term): return Self.badInstruction(self.place?.instruction ?? term, nested: term)
        case .notImplemented(let term):
            return Wording(
                .appupNotImplemented, "OTP does not implement `\(TermPrinter.line(term))`",
                help: ["call `mnesia:backup/1` with an `apply` instruction"])
        case .badOperand(let operand, let term):
            return Self.malformed(self.place?.instruction, "expected \(operand.expected)", found: term)
        case .improperList(let term), .nestedImproperList(let term):
            return Self.malformed(self.place?.instruction, "expected a proper list", found: term)
        case .tooManyPointsOfNoReturn:
            return Wording(
                .appupTwoPointsOfNoReturn, "the script has more than one `point_of_no_return`",
                why:
                    "What comes before it must be harmless, what comes after it cannot be undone; there is one border.",
                help: ["keep the first one, and only if something must be done before it"])
        case .operationBeforePointOfNoReturn(let term):
            return Wording(
                .appupTooEarly, "`\(Self.text(term))` stands before `point_of_no_return`",
                why: "Only `load_object_code` and `apply` may stand there: they can fail without harm.",
                help: [
                    "put it after `point_of_no_return`, or remove `point_of_no_return`: it is added where it is missing"
                ])
        case .noObjectCode(let module):
            return Wording(
                .appupNoObjectCode, "`\(module)` is loaded, but no `load_object_code` reads it",
                why: "The low-level instruction `load` loads what was read before the point of no return.",
                help: [
                    "write `{load_module,\(module)}`, which does both",
                    "or add `{load_object_code,{App,Vsn,[\(module)]}}` to the script",
                ], module: module)
        case .suspendedNotResumed(let modules):
            return Self.unpaired(.appupNotResumed, modules, "suspended", "resumed", "resume")
        case .resumedNotSuspended(let modules):
            return Self.unpaired(.appupNotSuspended, modules, "resumed", "suspended", "suspend")
        case .startedNotStopped(let modules):
            return Self.unpaired(.appupNotStopped, modules, "started", "stopped", "stop")
        case .stoppedNotStarted(let modules):
            return Self.unpaired(.appupNotStarted, modules, "stopped", "started", "start")
        case .noSuchApplication(let name):
            return Wording(
                .relupNoSuchApplication, "no release of this upgrade has an application `\(name)` to do this with",
                why: """
                    `add_application` needs it in the release that the script leads to, `remove_application` in the one \
                    that it comes from, `restart_application` in both.
                    """,
                help: ["add `\(name)` to the release, or remove the instruction"])
        case .removedApplicationPresent(let name):
            return Wording(
                .relupApplicationStays, "`\(name)` is removed, but the release that the script leads to has it",
                why: "Its code would be gone while the release says that it runs.",
                help: ["write `{restart_application,\(name)}` to start it anew, or take it out of the release"])
        case .multiplyDefinedModule(let module):
            return Wording(
                .relupModuleTwice, "two instructions for the module `\(module)`",
                why: """
                    The instructions of all applications form one script, and a module has one place in it. Adding or \
                    restarting an application loads all its modules.
                    """,
                help: ["remove one of the two"], module: module)
        case .undefinedModule(let dependency):
            return Wording(
                .relupUndefinedDependency,
                "`\(self.place?.module?.name ?? "?")` depends on `\(dependency)`, for which there is no instruction",
                why: "DepMods say in which order modules change; a module that does not change has no place in it.",
                help: [
                    "remove `\(dependency)` from the list, or add an instruction for it if it changed",
                    "modules of an application that the release loses cannot be named here",
                ], module: self.place?.module)
        case .noSuchModule(let module):
            return Wording(
                .relupNoSuchModule,
                "no application of the release that the script leads to has a module `\(module)`",
                help: [
                    mode == .up
                        ? "correct the name, or add `\(module)` to `modules` of the `.app` file"
                        : "for a module that the older version does not have, write `{delete_module,\(module)}`"
                ], module: module)
        case .conflictingVersions(let application, let first, let other):
            return Wording(
                .relupConflictingVersions,
                "object code of two versions of `\(application)`: \(Self.version(first)) and \(Self.version(other))",
                why: "All code of an application comes from one folder.",
                help: ["correct the version in `load_object_code`; a script reads from the version it leads to"])
        }
    }

    // MARK: - Wrong terms

    private static func badInstruction(_ written: Term, nested: Term) -> Wording {
        // An instruction in a nested list is the one that is wrong, not the list.
        var instruction = written
        if case .list = written { instruction = nested }
        guard let name = InstructionCatalogue.name(of: instruction) else {
            return Wording(
                .appupUnknownInstruction, "`\(Self.text(instruction))` is not an instruction",
                help: ["an instruction is an atom, or a tuple that begins with its name"])
        }
        if let forms = InstructionCatalogue.forms(of: name) {
            return Wording(
                .appupMalformedInstruction, "`\(Self.text(instruction))` is not a form of `\(name)`",
                help: Self.hints(instruction) + ["write one of: " + forms.map { "`\($0)`" }.joined(separator: ", ")])
        }
        return Wording(
            .appupUnknownInstruction, "`\(name)` is not an instruction of an appup",
            help: [
                InstructionCatalogue.nearest(name).map { "did you mean `\($0)`?" } ?? "see appup(4) for those that are"
            ])
    }

    /// Forms that people expect to exist, and what to write for them.
    private static func hints(_ instruction: Term) -> [String] {
        guard case .tuple(let elements) = instruction, elements.count == 4, elements[0].isAtom("update"),
            elements[2].isAtom("supervisor")
        else { return [] }
        let (module, dependencies) = (Self.text(elements[1]), Self.text(elements[3]))
        let full = "{update,\(module),static,default,{advanced,[]},brutal_purge,brutal_purge,\(dependencies)}"
        return ["the short form for supervisors takes no dependencies; write `\(full)`"]
    }

    private static func malformed(_ instruction: Term?, _ expected: String, found: Term) -> Wording {
        let name = instruction.flatMap(InstructionCatalogue.name(of:))
        let forms = name.flatMap(InstructionCatalogue.forms(of:)) ?? []
        return Wording(
            .appupMalformedInstruction,
            "\(expected)\(name.map { " in `\($0)`" } ?? ""), found `\(Self.text(found))`",
            help: forms.isEmpty
                ? ["write instructions one after another, without a list around them"]
                : ["write one of: " + forms.map { "`\($0)`" }.joined(separator: ", ")])
    }

    private static func unpaired(
        _ id: Diagnostic.ID, _ modules: [Atom], _ done: String, _ missing: String, _ instruction: String
    ) -> Wording {
        let names = OrderedSet(modules)
        let list = names.prefix(5).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 5 ? ", …" : "")
        return Wording(
            id, "\(list) \(names.count == 1 ? "is" : "are") \(done), but not \(missing)",
            why: "Processes would be left as they are, or touched twice.",
            help: ["add `{\(instruction),[\(names.prefix(5).map(\.name).joined(separator: ","))]}` to the script"],
            module: names.first)
    }

    /// A term in one line, cut where nobody would read on.
    fileprivate static func text(_ term: Term) -> String {
        let line = TermPrinter.line(term)
        return line.unicodeScalars.count <= 200 ? line : String(line.unicodeScalars.prefix(200)) + "…"
    }

    private static func version(_ term: Term) -> String {
        term.stringValue.map { "`\($0)`" } ?? "`\(Self.text(term))`"
    }
}

extension TranslationProblem.WrittenInstruction {
    /// Where the instruction is written, as precisely as is known.
    var place: Diagnostic.Place {
        if self.index < self.script.places.count { return self.script.places[self.index] }
        if case .appup(let entry) = self.script.origin { return .file(entry.file) }
        return .none
    }

    var application: Atom? {
        switch self.script.origin {
        case .appup(let entry): entry.application
        case .applicationAdded(let name), .applicationRemoved(let name): name
        case .runtimeChanged, .restartOption, .caller: nil
        }
    }

    /// The module that the instruction is about, if its form allows to say.
    var module: Atom? {
        guard case .tuple(let elements) = self.instruction, elements.count > 1 else { return nil }
        return elements[1].atomValue
    }

    func note(_ word: String) -> Diagnostic.Note {
        let text =
            switch self.script.origin {
            case .appup(let entry):
                "\(word) `\(TranslationProblem.text(self.instruction))` of \(entry.application), \(entry.from) → \(entry.to)"
            case .applicationAdded(let name): "\(word) what adding the application `\(name)` needs"
            case .applicationRemoved(let name): "\(word) what removing the application `\(name)` needs"
            case .runtimeChanged: "\(word) what the change of the runtime system needs"
            case .restartOption: "\(word) what the option `restart_emulator` needs"
            case .caller(let number): "\(word) `\(TranslationProblem.text(self.instruction))` of script \(number)"
            }
        return Diagnostic.Note(text, at: self.place)
    }
}
