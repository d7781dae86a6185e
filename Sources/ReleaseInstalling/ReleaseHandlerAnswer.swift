package import Diagnostics
package import ErlangTerms

/// What a function of the node's `release_handler` answered.
package enum ReleaseHandlerAnswer: Hashable, Sendable {
    case ok([Term])
    case error(Term)

    /// Reads `ok`, `{ok, …}`, `{continue_after_restart, …}` or `{error, Reason}`; any other term counts as an error with
    /// that reason.
    package init(_ term: Term) {
        let elements = term.tupleElements ?? []
        if term == .atom("ok") {
            self = .ok([])
        } else if elements.first == .atom("ok") || elements.first == .atom("continue_after_restart") {
            self = .ok(Array(elements.dropFirst()))
        } else if elements.count == 2, elements[0] == .atom("error") {
            self = .error(elements[1])
        } else {
            self = .error(term)
        }
    }
}

/// A reason that `release_handler` gave, told as a finding (shapes: release_handler.erl; all of OTP 25 to 29).
package struct ReleaseHandlerReason: Hashable, Sendable {
    package let term: Term

    package init(_ term: Term) { self.term = term }

    /// What the node refused or failed at, why, and the way out.
    package var finding: Diagnostic {
        let shown = TermPrinter.line(self.term)
        let tag = self.term.atomValue?.name ?? self.term.tupleElements?.first?.atomValue?.name ?? ""
        let values = (self.term.tupleElements ?? []).dropFirst().map(Self.plain)
        let first = values.first ?? "?"
        let second = values.dropFirst().first ?? "?"
        let third = values.dropFirst(2).first ?? "?"

        func make(_ id: String, _ summary: String, _ help: String, explanation: String = "") -> Diagnostic {
            Diagnostic(
                Diagnostic.ID("node/\(id)"), .error, summary, explanation: explanation,
                notes: [Diagnostic.Note("the node answered `\(shown)`")], help: [help])
        }

        switch tag {
        case "existing_release":
            return make(
                "release-exists", "the node already has a release `\(first)`",
                "remove it there first, or give the new release another version",
                explanation: "a version that is unpacked once is never unpacked again, whatever the tarball holds")
        case "no_such_release":
            return make(
                "no-such-release", "the node knows no release `\(first)`", "see `relift status` for what it has")
        case "already_installed":
            return make("already-installed", "release `\(first)` is running already", "commit it with `relift commit`")
        case "permanent":
            return make(
                "is-permanent", "release `\(first)` is the permanent one and cannot be removed",
                "commit another one first")
        case "bad_status":
            return make(
                "bad-status", "the release is `\(first)`, which does not allow this",
                "see `relift status` for what is possible")
        case "no_such_file", "no_such_directory", "not_a_directory":
            return make(
                "file-missing", "the node misses `\(first)`",
                "the release was not unpacked whole; remove the version on the node and install it again")
        case "bad_relup_file", "bad_rel_file":
            return make(
                "bad-file", "the node cannot read `\(first)`",
                "make it again with `relift relup`; it must be for exactly this release version")
        case "enoent", "eacces", "enotdir", "enospc", "erofs":
            return make(
                "file-error", "the node cannot open `\(first)` (\(tag))",
                "for `enoent`, and a file named `relup`: the new release has no relup; make one with `relift relup`")
        case "cannot_extract_file":
            return make(
                "cannot-extract", "the node cannot extract `\(first)`",
                "check space and permissions below the root of the release")
        case "no_matching_relup":
            return make(
                "no-matching-relup", "the relup has no script between `\(first)` and `\(second)`",
                "make one with `relift relup NEW --from OLD` for the release that runs",
                explanation: "the versions in a relup are compared as texts, exactly")
        case "old_processes":
            return make(
                "old-processes", "processes still run old code of module `\(first)`",
                "let them finish or stop them; the script asks for soft_purge, so nothing was killed")
        case "illegal_instruction_after_point_of_no_return":
            return make(
                "illegal-instruction", "the relup holds `\(first)` where the node does not allow it",
                "make the relup with `relift relup`, which never writes one")
        case "bad_lib_vsn":
            return make(
                "library-version", "the node has version `\(second)` of `\(first)`, which is not what the relup loads",
                "relup and release do not belong together; build both again")
        case "code_change_failed":
            return make(
                "code-change-failed", "`code_change` of module `\(second)` failed in process \(first)",
                "mend `code_change` for the state of version \(third) and build again",
                explanation: "the process could not convert its state; the node goes back by restarting")
        case "missing_base_app":
            return make(
                "missing-base-application", "release `\(first)` lacks `\(second)`, which a new emulator needs",
                "RELEASES on the node must list kernel, stdlib and sasl for both releases")
        case "client_node", "no_master", "static_emulator", "bad_masters":
            return make(
                "client-node", "the node is a client of another file server and cannot do this", "install on its master"
            )
        case "EXIT" where self.timedOutCall == "change_code":
            return make(
                "code-change-timeout",
                "`code_change` of module `\(self.timedOutArguments.dropFirst().first ?? "?")` took "
                    + "too long in process \(self.timedOutArguments.first ?? "?")",
                "give it more time with `--code-change-timeout`; `relift rehearse` measures it",
                explanation: "OTP waits five seconds unless told otherwise; the node goes back by restarting")
        case "EXIT" where self.timedOutCall == "get_status":
            return make(
                "no-supervisor", "process \(self.timedOutArguments.first ?? "?") does not answer as a supervisor does",
                "`relift explain preflight/top-not-supervisor` says what may be there",
                explanation: "release_handler asks every supervision tree first; the node goes back by restarting")
        default:
            return make(
                "release-handler", "the node's release_handler failed", "the log of the node says more",
                explanation: "the reason is not one that release_handler documents")
        }
    }

    /// The function and arguments of `{'EXIT', {timeout, {sys, Function, Arguments}}}`: `release_handler` waited in vain.
    private var timedOut: (function: String, arguments: [Term])? {
        guard let reason = self.term.tupleElements?.last?.tupleElements, reason.count == 2,
            reason[0].isAtom("timeout"), let call = reason[1].tupleElements, call.count == 3, call[0].isAtom("sys"),
            let function = call[1].atomValue
        else { return nil }
        return (function.name, call[2].listElements ?? [])
    }

    private var timedOutCall: String? { self.timedOut?.function }

    private var timedOutArguments: [String] { (self.timedOut?.arguments ?? []).map(Self.plain) }

    private static func plain(_ term: Term) -> String {
        if let text = term.stringValue, !text.isEmpty { return text }
        return TermPrinter.line(term)
    }
}
