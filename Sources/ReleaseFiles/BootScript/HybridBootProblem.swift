package import Diagnostics
package import ErlangTerms

/// Why two boot files do not make a hybrid one.
package enum HybridBootProblem: Error, Hashable, Sendable {
    /// The new script does not load `stdlib` or `sasl`.
    case applicationNotFound(Application)
    /// The old script does not load `stdlib` or `sasl`.
    case applicationNotReplaced(Application)
    /// A script is not what OTP takes it for, and OTP crashes with this reason.
    case crash(Cause, Term)

    package enum Side: String, Hashable, Sendable {
        case old, new
    }

    package enum Application: String, Hashable, Sendable {
        case stdlib, sasl
    }

    /// Where OTP crashes.
    package enum Cause: Hashable, Sendable {
        case notATerm(Side, ExternalTermError)
        /// Not `{script, {Name, Version}, Commands}`.
        case notAScript(Side)
        case commandsNotAList
        /// No `{path, Paths}` between the modules and the processes of the kernel.
        case noPath(Side)
        case pathsNotAList
        case pathNotText(Term)
        case applicationsNotAList
        case notEndingInStarted
    }

    /// The `Reason` of `{error, Reason}`; for a crash the whole answer `{'EXIT', {Why, []}}`, without OTP's stack.
    package var otpReason: Term {
        switch self {
        case .applicationNotFound(let application):
            .tuple(.atom("app_not_found"), .atom(application.rawValue))
        case .applicationNotReplaced(let application):
            .tuple(.atom("app_not_replaced"), .atom(application.rawValue))
        case .crash(_, let why):
            .tuple(.atom("EXIT"), .tuple(why, .emptyList))
        }
    }

    /// What `systools_make:make_hybrid_boot/4` answers: `{error, Reason}`, or `{'EXIT', _}` for a crash.
    package var otpAnswer: Term {
        switch self {
        case .applicationNotFound, .applicationNotReplaced: .tuple(.atom("error"), self.otpReason)
        case .crash: self.otpReason
        }
    }
}

extension Diagnostic.ID {
    // Hybrid boot files
    package static let hybridBootApplicationMissing = Self("hybrid-boot/application-missing")
    package static let hybridBootNotAScript = Self("hybrid-boot/not-a-script")
    package static let hybridBootNoPath = Self("hybrid-boot/no-path")
    package static let hybridBootNotEndingInStarted = Self("hybrid-boot/not-ending-in-started")
    package static let hybridBootOtherApplicationTaken = Self("hybrid-boot/other-application-taken")
    package static let hybridBootApplicationKept = Self("hybrid-boot/application-kept")
    package static let hybridBootApplicationDropped = Self("hybrid-boot/application-dropped")
}

// MARK: - Errors for a person

extension HybridBootProblem {
    /// The finding for a person; `old` and `new` are the paths of the boot files.
    package func diagnostic(old: String, new: String) -> Diagnostic {
        func path(_ side: Side) -> String { side == .old ? old : new }
        let effect = "An upgrade to another emulator needs a boot file made of both, and cannot begin without it."
        switch self {
        case .applicationNotFound(let application):
            return Diagnostic(
                .hybridBootApplicationMissing, .error, "`\(new)` does not load `\(application.rawValue)`",
                at: .file(new), explanation: effect, help: ["add `\(application.rawValue)` to the new release"])
        case .applicationNotReplaced(let application):
            return Diagnostic(
                .hybridBootApplicationMissing, .error, "`\(old)` does not load `\(application.rawValue)`",
                at: .file(old), explanation: effect,
                help: ["a release without `\(application.rawValue)` can only be replaced by a restart"])
        case .crash(.notATerm(let side, let error), _):
            return Diagnostic(
                .bootNotATerm, .error, "this is not an Erlang term in external format",
                at: .binary(Diagnostic.BinaryPlace(path: path(side), offset: error.offset)),
                explanation: "\(effect) \(error).", help: ["make the file again"])
        case .crash(.notAScript(let side), _):
            return Self.notAScript("`\(path(side))` is not a boot script", at: path(side))
        case .crash(.commandsNotAList, _), .crash(.applicationsNotAList, _):
            return Self.notAScript("the commands of `\(old)` or `\(new)` are not a list", at: old)
        case .crash(.pathsNotAList, _):
            return Self.notAScript("the paths of `\(old)` or `\(new)` are not a list", at: old)
        case .crash(.pathNotText(let term), _):
            return Self.notAScript(
                "a path in `\(old)` or `\(new)` is no text: \(LocatedTerm(term: term, range: .empty).quoted)", at: old)
        case .crash(.noPath(let side), _):
            return Diagnostic(
                .hybridBootNoPath, .error, "`\(path(side))` sets no code path", at: .file(path(side)),
                explanation: "`{path, Paths}` must stand between `{progress, modules_loaded}` and the processes of the "
                    + "kernel: the code path of the temporary node is made of it.", help: ["make the file again"])
        case .crash(.notEndingInStarted, _):
            return Diagnostic(
                .hybridBootNotEndingInStarted, .error, "`\(old)` does not end in `{progress, started}`",
                at: .file(old),
                explanation: "The call that goes on with the upgrade is put in front of that command. Tools that "
                    + "append commands of their own to a boot script make upgrades of the emulator impossible.",
                help: ["make the boot file of the old release with `relift script` or systools"])
        }
    }

    private static func notAScript(_ summary: String, at path: String) -> Diagnostic {
        Diagnostic(
            .hybridBootNotAScript, .error, summary, at: .file(path),
            explanation: "A boot script is `{script, {Name, Version}, [Command]}`.", help: ["make the file again"])
    }
}

// MARK: - Warnings

/// A part of a boot script in which the three applications are replaced.
enum HybridBootPart: String {
    case modules = "the modules it loads"
    case paths = "its code path"
    case specifications = "the applications it loads"
}

extension Diagnostic {
    /// The path of some other application was taken for the application's.
    static func otherTaken(
        _ path: [UInt8], for application: BaseApplication, _ part: HybridBootPart, _ side: HybridBootProblem.Side
    ) -> Diagnostic {
        let text = TermPrinter.line(.string(String(decoding: path, as: UTF8.self)))
        let effect =
            side == .old
            ? "it is replaced, and the temporary node runs the old `\(application.rawValue)`"
            : "it is put in the place of the old `\(application.rawValue)`"
        return Diagnostic(
            .hybridBootOtherApplicationTaken, .warning,
            "`\(text)` in the \(side.rawValue) boot file is taken for `\(application.rawValue)`",
            explanation: "OTP takes the first path with `\(application.rawValue)-` and a digit or dot anywhere in it. "
                + "This one stands in \(part.rawValue): \(effect).",
            help: ["rename the application or the folder, or upgrade by a restart"],
            application: application.rawValue)
    }

    /// Nothing in the old script was recognized as the application.
    static func kept(_ application: BaseApplication, _ part: HybridBootPart) -> Diagnostic {
        Diagnostic(
            .hybridBootApplicationKept, .warning,
            "the old `\(application.rawValue)` stays in the hybrid boot file",
            explanation: part == .specifications
                ? "OTP stops at `sasl`, and the old script loads `stdlib` behind it."
                : "OTP looks for a path with `\(application.rawValue)-` and a digit or dot in it; the old boot file has "
                    + "none in \(part.rawValue).",
            help: ["the new emulator may not run it; upgrade by a restart"], application: application.rawValue)
    }

    /// The old script's was recognized, and there is nothing to put in its place.
    static func dropped(_ application: BaseApplication, _ part: HybridBootPart) -> Diagnostic {
        Diagnostic(
            .hybridBootApplicationDropped, .warning,
            "`\(application.rawValue)` is missing from the hybrid boot file",
            explanation: "OTP removes the old one and looks for a path with `\(application.rawValue)-` and a digit or "
                + "dot in it; the new boot file has none in \(part.rawValue).",
            help: ["the temporary node will not start; upgrade by a restart"], application: application.rawValue)
    }

    /// The command that loads `stdlib` became an atom.
    static let stdlibLost = Diagnostic(
        .hybridBootApplicationDropped, .warning, "the command that loads `stdlib` is lost in the hybrid boot file",
        explanation:
            "OTP expects each script to load `stdlib` once, and before `sasl`; otherwise it writes `undefined` "
            + "in its place, and the temporary node does not start.",
        help: ["upgrade by a restart"], application: "stdlib")
}
