package import ErlangTerms

/// What an `.app` file says about an application (OTP reference: `app(4)`), with OTP's defaults filled in.
package struct ApplicationSpecification: Hashable, Sendable {
    package var name: ApplicationName
    package var version: ApplicationVersion
    package var description: String
    package var id: String
    /// In the order of the file, which the boot script keeps.
    package var modules: [ModuleName]
    package var registered: [Atom]
    package var applications: [ApplicationName]
    package var optionalApplications: [ApplicationName]
    package var includedApplications: [ApplicationName]
    /// `{Key, Value}` pairs, in the order of the file.
    package var environment: [Term]
    /// `{mod, {Module, Arguments}}`; nil for a library application.
    package var callback: Callback?
    /// `{Phase, Arguments}` pairs; nil when the key is absent.
    package var startPhases: [Term]?
    package var maximumTime: Limit
    package var maximumProcesses: Limit
    /// `Name-MinimumVersion` texts; nobody in OTP enforces them.
    package var runtimeDependencies: [String]

    /// The application callback module and what its `start/2` gets.
    package struct Callback: Hashable, Sendable {
        package var module: ModuleName
        package var arguments: Term

        package init(module: ModuleName, arguments: Term) {
            self.module = module
            self.arguments = arguments
        }
    }

    /// A limit that may be absent.
    package enum Limit: Hashable, Sendable {
        case infinity
        case value(Int)
    }

    package init(
        name: ApplicationName, version: ApplicationVersion, description: String = "", id: String = "",
        modules: [ModuleName] = [], registered: [Atom] = [], applications: [ApplicationName] = [],
        optionalApplications: [ApplicationName] = [], includedApplications: [ApplicationName] = [],
        environment: [Term] = [], callback: Callback? = nil, startPhases: [Term]? = nil,
        maximumTime: Limit = .infinity, maximumProcesses: Limit = .infinity, runtimeDependencies: [String] = []
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.id = id
        self.modules = modules
        self.registered = registered
        self.applications = applications
        self.optionalApplications = optionalApplications
        self.includedApplications = includedApplications
        self.environment = environment
        self.callback = callback
        self.startPhases = startPhases
        self.maximumTime = maximumTime
        self.maximumProcesses = maximumProcesses
        self.runtimeDependencies = runtimeDependencies
    }
}

/// How a release starts an application (`rel(4)`).
package enum StartType: String, Hashable, Sendable, CaseIterable {
    case permanent, transient, temporary, load, none

    package var atom: Atom { Atom(self.rawValue) }
}
