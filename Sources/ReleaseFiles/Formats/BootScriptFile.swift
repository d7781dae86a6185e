package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// Boot scripts: `NAME.script` as text and `NAME.boot` in the external term format (`script(4)`), both the term
/// `{script, {Name, Version}, [Command]}`.
package enum BootScriptFile {
    /// Reads the text form.
    package static func read(
        _ source: SourceFile, _ diagnostics: inout [Diagnostic], rule: ReadingRule = .firstTerm
    ) -> BootScript? {
        TermFileReader.read(source, rule: rule, kind: "a boot script", &diagnostics) {
            Self.reading($0, in: source)
        }
    }

    /// Reads the binary form.
    package static func readBoot(
        _ bytes: [UInt8], path: String, limits: ExternalTermLimits = .default, _ diagnostics: inout [Diagnostic]
    ) -> BootScript? {
        do {
            let term = try ExternalTerm.decode(bytes, limits: limits)
            let located = LocatedTerm(term: term, range: .empty)
            let reading = Self.reading(located, in: SourceFile(path: path, bytes: []))
            // The term has no text to point into.
            diagnostics += reading.diagnostics.map { $0.placed(at: .file(path)) }
            return reading.value
        } catch {
            diagnostics.append(
                Diagnostic(
                    .bootNotATerm, .error, "this is not an Erlang term in external format",
                    at: .binary(Diagnostic.BinaryPlace(path: path, offset: error.offset)),
                    explanation: "A node started with it stops at once: \(error).",
                    help: ["make the file again; it may have been cut off or copied as text"]))
            return nil
        }
    }

    /// Checks a term.
    package static func reading(_ term: LocatedTerm, in source: SourceFile) -> Reading<BootScript> {
        var findings = FileFindings(in: source)
        let script = Self.script(term, &findings)
        return findings.reading(script)
    }

    /// The text form.
    package static func write(_ script: BootScript) -> [UInt8] { TermPrinter.file([script.term]) }

    /// The binary form for a node that runs the given OTP.
    package static func writeBoot(_ script: BootScript, for target: OTPRelease) -> [UInt8] {
        self.writeBoot(script, atoms: target.writesUTF8Atoms ? .utf8 : .latin1)
    }

    /// The binary form.
    package static func writeBoot(_ script: BootScript, atoms: ExternalTerm.AtomStyle) -> [UInt8] {
        ExternalTerm.encode(script.term, atoms: atoms)
    }

    // MARK: - Checks

    private static let commandNames: Set<Atom> = [
        "preLoaded", "progress", "path", "primLoad", "kernel_load_completed", "kernelProcess", "apply",
    ]

    private static func script(_ term: LocatedTerm, _ findings: inout FileFindings) -> BootScript? {
        let elements = term.term.tupleElements ?? []
        guard elements.count == 3, elements[0] == .atom("script"), let names = elements[1].tupleElements,
            names.count == 2, let name = names[0].stringValue, let version = names[1].stringValue,
            let commands = elements[2].listElements
        else {
            findings.error(
                .bootNotAScript, "this is not a boot script", at: term,
                because: "A boot script is `{script, {Name, Version}, [Command]}` with strings for name and version.",
                help: ["make it again from the `.rel` file"])
            return nil
        }
        for (index, command) in commands.enumerated() {
            let tag = command.tupleElements?.first?.atomValue
            guard tag.map({ !self.commandNames.contains($0) }) ?? true else { continue }
            let located = term.tupleElements.flatMap { $0.count == 3 ? $0[2].listElements?[index] : nil }
            let place = located ?? LocatedTerm(term: command, range: term.range)
            findings.warning(
                .bootUnknownCommand, "\(place.quoted) is not a command of a boot script", at: place,
                because: "`init` does not know it, and the node may not start.", help: ["make the script again"])
        }
        return BootScript(name: name, version: version, commands: commands)
    }
}

extension Diagnostic {
    /// The same finding elsewhere.
    fileprivate func placed(at place: Place) -> Diagnostic {
        var copy = self
        copy.place = place
        return copy
    }
}
