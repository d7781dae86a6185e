package import ErlangTerms
import ReleaseModel

/// An instruction of an appup that the translation turns into low-level ones (`appup(4)`), with OTP's defaults filled in.
enum HighLevelInstruction: Hashable, Sendable {
    case update(Update)
    case loadModule(LoadModule)
    /// Loads a module that the other version does not have.
    case addModule(module: Atom, dependencies: [Atom])
    case deleteModule(module: Atom, dependencies: [Atom])
    case addApplication(Atom, StartType)
    case removeApplication(Atom)
    case restartApplication(Atom)

    /// `update`: suspend the processes of a module, exchange its code, convert their states, resume.
    struct Update: Hashable, Sendable {
        var module: Atom
        var kind: Kind
        var timeout: SuspendTimeout
        var change: Change
        var purge: PurgePair
        /// The modules that must be loaded before (up) or after (down) this one: DepMods.
        var dependencies: [Atom]

        /// Whether the old code can convert a state downwards (`ModType`).
        enum Kind: Hashable, Sendable {
            /// On the way down, `code_change` runs before the code is exchanged.
            case dynamic
            /// On the way down, `code_change` runs after the code was exchanged, as supervisors need it.
            case `static`
        }

        enum Change: Hashable, Sendable {
            case soft
            /// `code_change` is called with this term as its last argument.
            case advanced(Term)
        }
    }

    /// `load_module`: exchange the code of a module without suspending anybody.
    struct LoadModule: Hashable, Sendable {
        var module: Atom
        var purge: PurgePair
        var dependencies: [Atom]
    }
}

/// How lingering processes of old code are treated (`brutal_purge` kills them).
package enum PurgeMethod: Hashable, Sendable {
    case soft, brutal

    var atom: Atom {
        switch self {
        case .soft: "soft_purge"
        case .brutal: "brutal_purge"
        }
    }
}

/// The purge methods before and after a module is exchanged.
package struct PurgePair: Hashable, Sendable {
    package var before: PurgeMethod
    package var after: PurgeMethod

    /// What every short form means.
    static let brutal = PurgePair(before: .brutal, after: .brutal)
}

/// How long `suspend` waits for one process.
package enum SuspendTimeout: Hashable, Sendable {
    /// The default of `sys`, five seconds.
    case standard
    case infinity
    /// A positive integer of any size.
    case milliseconds(Term)

    var term: Term {
        switch self {
        case .standard: .atom("default")
        case .infinity: .atom("infinity")
        case .milliseconds(let term): term
        }
    }
}
