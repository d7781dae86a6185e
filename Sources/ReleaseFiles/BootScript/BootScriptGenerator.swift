import ErlangTerms
package import ReleaseModel

/// Makes the boot script of a release: the commands that `init` carries out when a node starts (`script(4)`), exactly
/// as `systools:make_script` writes them.
///
/// The script has four parts, each ended by `progress`:
/// 1. what the runtime system has preloaded, and the modules without which nothing else can be loaded;
/// 2. every module of every application, for embedded mode, and the code path;
/// 3. the processes of the kernel;
/// 4. every application loaded, then every application started that nobody includes, in start order.
package struct BootScriptGenerator: Hashable, Sendable {
    /// How the script names the `ebin` folders.
    package enum PathStyle: Hashable, Sendable {
        /// `$ROOT/lib/App-Vsn/ebin`, or behind the first variable whose folder the application lies in.
        case root(variables: [Variable])
        /// `local`: where the applications were found; relative folders are meant in this working folder.
        case local(workingDirectory: String)
        /// `otp_build`: `$ROOT/lib/App/ebin`.
        case otpBuild
    }

    /// `{Name, Prefix}`: folders that begin with `prefix` are written as `$name`.
    package struct Variable: Hashable, Sendable {
        package var name: String
        package var prefix: String

        package init(name: String, prefix: String) {
            self.name = name
            self.prefix = prefix
        }
    }

    package var paths: PathStyle
    /// False for `no_dot_erlang`: whether the node reads `.erlang` of the user at the end.
    package var loadsDotErlang: Bool
    /// The OTP that shall read the script; nil for the one the release's ERTS belongs to.
    package var target: OTPRelease?

    package init(
        paths: PathStyle = .root(variables: []), loadsDotErlang: Bool = true, target: OTPRelease? = nil
    ) {
        self.paths = paths
        self.loadsDotErlang = loadsDotErlang
        self.target = target
    }

    /// The boot script; the release's applications were found where their paths say.
    package func script(of release: Release) -> BootScript {
        let target = self.target ?? OTPRelease(of: release.resource)
        let applications = release.applicationsInStartOrder
        let preloaded = BootModules.preloaded(in: target)
        var commands: [Term] = [
            .tuple(.atom("preLoaded"), .atoms(preloaded)),
            .progress("preloaded"),
            .path(applications.filter { $0.name == .kernel || $0.name == .stdlib }.map(self.codePath)),
            .tuple(.atom("primLoad"), .atoms(BootModules.mandatory)),
            .tuple(.atom("kernel_load_completed")),
            .progress("kernel_load_completed"),
        ]
        let loaded = Set(preloaded + BootModules.mandatory)
        for application in applications {
            let modules = application.specification.modules.map(\.atom).filter { !loaded.contains($0) }.sorted()
            commands += [.path([self.codePath(application)]), .tuple(.atom("primLoad"), .atoms(modules))]
        }
        commands += [.progress("modules_loaded"), .path(applications.map(self.codePath))]
        commands += self.kernelProcesses(applications)
        commands += self.loading(applications) + self.starting(applications)
        if self.loadsDotErlang { commands.append(.apply("c", "erlangrc", [])) }
        commands.append(.progress("started"))
        return BootScript(name: release.name.text, version: release.version.text, commands: commands)
    }

    private func kernelProcesses(_ applications: [ResolvedApplication]) -> [Term] {
        func process(_ name: String, _ module: String, _ function: String, _ arguments: [Term]) -> Term {
            .tuple(
                .atom("kernelProcess"), .atom(name), .tuple(.atom(module), .atom(function), .list(arguments)))
        }
        let kernel = applications.filter { $0.name == .kernel }.map(\.specificationTerm)
        return [
            process("heart", "heart", "start", []),
            process("logger", "logger_server", "start_link", []),
            process("application_controller", "application_controller", "start", kernel),
            .progress("init_kernel_started"),
        ]
    }

    private func loading(_ applications: [ResolvedApplication]) -> [Term] {
        let loaded = applications.filter { $0.name != .kernel && $0.type != .none }
        return loaded.map { .apply("application", "load", [$0.specificationTerm]) }
            + [.progress("applications_loaded")]
    }

    private func starting(_ applications: [ResolvedApplication]) -> [Term] {
        let included = Set(applications.flatMap(\.includes))
        return applications.filter { $0.type.isStarted && !included.contains($0.name) }.map {
            .apply("application", "start_boot", [.atom($0.name.atom), .atom($0.type.atom)])
        }
    }

    // MARK: - Paths

    /// The `ebin` folder of an application as the script names it.
    package func codePath(_ application: ResolvedApplication) -> String {
        let name = application.name.name
        let versioned = "\(name)-\(application.version.text)"
        switch self.paths {
        case .local(let workingDirectory):
            return OTPPath.absolute(application.application.directory, in: workingDirectory)
        case .otpBuild:
            return OTPPath.join(["$ROOT", "lib", name, "ebin"])
        case .root(let variables):
            let directory = application.application.directory
            for variable in variables {
                guard let place = variable.place(of: directory, name: name, versioned: versioned) else { continue }
                return OTPPath.join(["$" + variable.name] + place.components + [versioned, "ebin"])
            }
            return OTPPath.join(["$ROOT", "lib", versioned, "ebin"])
        }
    }
}

extension BootScriptGenerator.Variable {
    /// Where a folder lies below the variable's.
    package struct Place: Hashable, Sendable {
        /// The components between the variable's folder and the application's own `App/ebin` or `App-Vsn/ebin`.
        package var components: [String]
        /// Whether the folder ends in one of those; else the components are all there are.
        package var endsInApplicationFolder: Bool
    }

    /// The place of the `ebin` folder of an application; nil for a folder elsewhere. The prefix is compared as text,
    /// not by components, as in systools.
    package func place(of directory: String, name: String, versioned: String) -> Place? {
        var prefix = Substring(self.prefix)
        while prefix.utf8.last == UInt8(ascii: "/") { prefix.removeLast() }
        guard directory.utf8.starts(with: prefix.utf8) else { return nil }
        let rest = Array(OTPPath.split(directory).dropFirst(OTPPath.split(String(prefix)).count))
        guard rest.count >= 2, rest.last == "ebin", [name, versioned].contains(rest[rest.endIndex - 2]) else {
            return Place(components: rest, endsInApplicationFolder: false)
        }
        return Place(components: rest.dropLast(2), endsInApplicationFolder: true)
    }
}

// MARK: - Commands

extension Term {
    fileprivate static func progress(_ what: String) -> Term { .tuple(.atom("progress"), .atom(what)) }

    fileprivate static func atoms(_ atoms: [Atom]) -> Term { .list(atoms.map { .atom($0) }) }

    fileprivate static func apply(_ module: String, _ function: String, _ arguments: [Term]) -> Term {
        .tuple(.atom("apply"), .tuple(.atom(module), .atom(function), .list(arguments)))
    }

    /// Each folder once, where it stood first.
    fileprivate static func path(_ folders: [String]) -> Term {
        var seen: Set<Term> = []
        return .tuple(.atom("path"), .list(folders.map { .string($0) }.filter { seen.insert($0).inserted }))
    }
}
