import CompatibilityRules
package import Diagnostics
package import ErlangTerms

/// Judges, before anything is changed, whether a node is as the script of an upgrade takes it to be. Pure.
///
/// An error is what makes `release_handler` refuse the script, lose the work of processes, or restart the node; what may
/// turn out well is a warning.
package struct Preflight: Sendable {
    /// What is to be done to the node, and what its files say.
    package struct Subject: Sendable {
        package var outline: RelupOutline
        /// The digests of the modules of the release that runs, as their files have them.
        package var fromModules: [Atom: [UInt8]]
        /// The versions of its applications.
        package var fromApplications: [Atom: String]
        /// Whether parameters that would be lost are only a warning.
        package var allowsLostParameters: Bool

        package init(
            outline: RelupOutline, fromModules: [Atom: [UInt8]], fromApplications: [Atom: String] = [:],
            allowsLostParameters: Bool = false
        ) {
            self.outline = outline
            self.fromModules = fromModules
            self.fromApplications = fromApplications
            self.allowsLostParameters = allowsLostParameters
        }
    }

    package struct Report: Hashable, Sendable {
        /// Errors first.
        package var findings: [Diagnostic]
        /// The longest time that callers will wait, in milliseconds, by ``PauseModel``; nil where nothing is suspended.
        package var predictedPause: Double?

        package init(findings: [Diagnostic], predictedPause: Double?) {
            self.findings = findings
            self.predictedPause = predictedPause
        }
    }

    /// A predicted pause from which on it is a warning, in milliseconds: callers of `gen_server:call/2` give up after five
    /// seconds, those over a network often after one.
    static let longPause = 1000.0
    /// A message queue from which on it is a warning: a process hears that it is to be suspended only behind all of it.
    static let longQueue = 1000
    /// The most names that one finding lists.
    static let listed = 10

    let subject: Subject
    let census: NodeCensus

    package static func judge(_ census: NodeCensus, _ subject: Subject) -> Report {
        let preflight = Preflight(subject: subject, census: census)
        let pause = preflight.predictedPause
        let findings =
            preflight.emulator() + preflight.drift() + preflight.oldCode() + preflight.staying() + preflight.trees()
            + preflight.processes() + preflight.environment() + preflight.longPause(pause)
        let ordered = Diagnostic.Severity.allCases.flatMap { severity in findings.filter { $0.severity == severity } }
        return Report(findings: ordered, predictedPause: pause)
    }

    var outline: RelupOutline { self.subject.outline }

    // MARK: - The pause

    private var predictedPause: Double? {
        let counts = Dictionary(self.census.tree.modules.map { ($0.module, $0.count) }) { first, _ in first }
        return PauseModel(processes: self.census.facts.processCount, processesOfModule: counts, standard: 0)
            .longest(self.outline.windows)
    }

    private func longPause(_ pause: Double?) -> [Diagnostic] {
        guard let pause, pause >= Self.longPause else { return [] }
        return [
            Diagnostic(
                .longPause, .warning, "callers will wait \(Self.seconds(pause)) while processes are suspended",
                explanation:
                    "It is reckoned from the processes of the node, those that are suspended, and the modules that "
                    + "are loaded meanwhile.",
                help: [
                    "load modules that need no suspension outside of it", "or upgrade when fewer processes are there",
                ])
        ]
    }

    private static func seconds(_ milliseconds: Double) -> String {
        let tenths = Int(min(milliseconds, 1e12) / 100)
        return "about \(tenths / 10).\(tenths % 10) s"
    }

    // MARK: - The runtime system

    private func emulator() -> [Diagnostic] {
        var findings: [Diagnostic] = []
        if self.outline.restartsEmulator, !self.census.facts.hasHeart {
            findings.append(
                Diagnostic(
                    .noHeart, .error, "the script restarts the runtime system, and no `heart` watches the node",
                    explanation:
                        "Without heart, `release_handler` crashes at this instruction and the old release is booted, "
                        + "or the node stops and nobody starts it again.",
                    help: ["start the node with `-heart` in `vm.args`"]))
        }
        if self.outline.restartsIntoNewEmulator, self.census.facts.isStaticEmulator {
            findings.append(
                Diagnostic(
                    .staticEmulator, .error,
                    "the script restarts into another runtime system, and the node is booted with "
                        + "`-static_emulator`",
                    explanation: "`release_handler` refuses that.",
                    help: ["install the release anew, or take `-static_emulator` out of `vm.args`"]))
        }
        let others = self.subject.fromApplications.sorted { $0.key < $1.key }.compactMap { name, version in
            self.census.facts.running[name].flatMap { $0 == version ? nil : (name, version, $0) }
        }
        if !others.isEmpty {
            findings.append(
                Diagnostic(
                    .otherVersion, .error,
                    "the node runs other versions of \(Self.count(others.count, "application")) than "
                        + "its release has",
                    explanation:
                        "The script leads from the versions of the release; run from others, it converts states that "
                        + "are not there.",
                    notes: Self.notes(others) { "`\($0.0)` runs in version \($0.2), the release has \($0.1)" },
                    help: ["restart the node into its release, then upgrade it"]))
        }
        return findings
    }

    // MARK: - Words

    static func count(_ count: Int, _ word: String) -> String {
        let plural = word.hasSuffix("s") ? "\(word)es" : "\(word)s"
        return "\(count) \(count == 1 ? word : plural)"
    }

    /// A note for each of the first elements, and one for the rest.
    static func notes<Element>(_ all: [Element], count: Int? = nil, _ text: (Element) -> String) -> [Diagnostic.Note] {
        let shown = all.prefix(Self.listed)
        let more = (count ?? all.count) - shown.count
        return shown.map { Diagnostic.Note(text($0)) } + (more > 0 ? [Diagnostic.Note("and \(more) more")] : [])
    }

    /// What tells a person which process it is.
    static func described(_ process: NodeProcess) -> String {
        let place = process.currentCall.map { ", in `\($0.module):\($0.function)/\($0.arity)`" } ?? ""
        let application = process.application.map { " of `\($0)`" } ?? ""
        return "process \(process.title)\(application)\(place)"
    }
}

extension Diagnostic.ID {
    static let longPause = Self("preflight/long-pause")
    static let noHeart = Self("preflight/no-heart")
    static let staticEmulator = Self("preflight/static-emulator")
    static let otherVersion = Self("preflight/other-version")
}
