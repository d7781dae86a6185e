import Crypto
package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// A plan as somebody saw and kept it, to be applied exactly or not at all.
///
/// The file is one Erlang term that `file:consult/1` reads. Its `id` is the SHA-256 of all the rest: whoever changes
/// something in the file has another plan, which is refused until its id is made anew.
package struct SavedPlan: Hashable, Sendable {
    /// A release that the plan is about.
    package struct Side: Hashable, Sendable {
        package let version: ReleaseVersion
        /// Of the code of all its modules, in hexadecimal (``ReleaseDigest``).
        package let digest: String

        package init(version: ReleaseVersion, digest: String) {
            self.version = version
            self.digest = digest
        }
    }

    package let name: String
    package let from: Side
    package let to: Side
    /// `hot`, `restart-application` or `restart-emulator`.
    package let verdict: String
    /// The instructions of the scripts, as they stand in a relup.
    package let up: [Term]
    package let down: [Term]

    package init(name: String, from: Side, to: Side, verdict: String, up: [Term], down: [Term]) {
        self.name = name
        self.from = from
        self.to = to
        self.verdict = verdict
        self.up = up
        self.down = down
    }

    /// In hexadecimal.
    package var id: String {
        SHA256.hash(data: TermPrinter.lineBytes(self.contents)).map(Self.hexadecimal).joined()
    }

    static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }

    private var contents: Term {
        func side(_ side: Side) -> Term { .tuple(.string(side.version.text), .string(side.digest)) }
        return .list([
            .tuple(.atom("name"), .string(self.name)), .tuple(.atom("from"), side(self.from)),
            .tuple(.atom("to"), side(self.to)), .tuple(.atom("verdict"), .string(self.verdict)),
            .tuple(.atom("up"), .list(self.up)), .tuple(.atom("down"), .list(self.down)),
        ])
    }

    // MARK: - The file

    private static let format = 1

    /// The bytes of the file.
    package var file: [UInt8] {
        TermPrinter.file([
            .tuple(.atom("relift_plan"), .integer(Self.format), .string(self.id), self.contents)
        ])
    }

    /// Reads the file; nil after a finding of error severity.
    package static func read(_ source: SourceFile, _ findings: inout [Diagnostic]) -> SavedPlan? {
        guard !source.bytes.prefix(4096).contains(0) else {
            findings.append(self.notAPlan(source, "it is not even a text"))
            return nil
        }
        guard let file = TermText.parseFile(source, &findings) else { return nil }
        guard file.terms.count == 1, let parts = file.terms[0].term.tupleElements, parts.count == 4,
            parts[0].isAtom("relift_plan")
        else {
            findings.append(self.notAPlan(source, "it does not hold one term `{relift_plan,…}`"))
            return nil
        }
        guard parts[1] == .integer(self.format) else {
            findings.append(
                self.notAPlan(source, "its format is not \(self.format): another version of relift made it"))
            return nil
        }
        guard let plan = SavedPlan(contents: parts[3]) else {
            findings.append(self.notAPlan(source, "parts of it are missing, or are not what they should be"))
            return nil
        }
        guard parts[2].stringValue == plan.id else {
            findings.append(
                self.notAPlan(source, "it was changed after it was made: its id is not that of its contents"))
            return nil
        }
        return plan
    }

    private init?(contents: Term) {
        var values: [Atom: Term] = [:]
        for pair in contents.listElements ?? [] {
            guard let parts = pair.tupleElements, parts.count == 2, let key = parts[0].atomValue else { return nil }
            values[key] = parts[1]
        }
        func side(_ key: Atom) -> Side? {
            guard let parts = values[key]?.tupleElements, parts.count == 2, let digest = parts[1].stringValue,
                let version = parts[0].stringValue.flatMap({ ReleaseVersion(validating: $0) })
            else { return nil }
            return Side(version: version, digest: digest)
        }
        guard let name = values["name"]?.stringValue, let from = side("from"), let to = side("to"),
            let verdict = values["verdict"]?.stringValue, let up = values["up"]?.listElements,
            let down = values["down"]?.listElements
        else { return nil }
        self.init(name: name, from: from, to: to, verdict: verdict, up: up, down: down)
    }

    private static func notAPlan(_ source: SourceFile, _ why: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("plan/unreadable"), .error, "`\(source.path)` is not a plan that can be applied",
            at: .file(source.path), explanation: "A saved plan is applied exactly as it was shown: \(why).",
            help: ["make it anew with `relift plan OLD NEW --out FILE`"])
    }
}
