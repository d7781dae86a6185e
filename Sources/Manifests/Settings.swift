import Diagnostics
import ErlangTerms
package import ReleaseModel

/// What is set for one release or for all; nil and empty are what was not written.
package struct Settings: Sendable {
    /// `mode`: a set of other settings, which stand below as if they had been written in its place. Nil in it is
    /// `{dev_mode, false}`: the mode `dev` that was set before or elsewhere holds no longer.
    package var mode: Written<BuildMode?>?
    /// `include_erts`: the runtime system in the release.
    package var includeRuntime: Written<Inclusion>?
    /// `system_libs`: OTP's applications in the release.
    package var systemLibraries: Written<Inclusion>?
    package var systemConfiguration: Written<FileChoice>?
    /// `sys_config_src`: a `sys.config` with variables that are replaced on the host.
    package var systemConfigurationSource: Written<FileChoice>?
    package var vmArguments: Written<FileChoice>?
    /// `vm_args_src`: a `vm.args` with variables that are replaced on the host.
    package var vmArgumentsSource: Written<FileChoice>?
    /// `lib_dirs`: folders of applications, `*` allowed, relative to the manifest's folder.
    package var libraryFolders: [Written<String>] = []
    /// `exclude_apps`: applications that are left out, and out of the `.app` files of those that need them.
    package var excludedApplications: Written<[ApplicationName]>?
    /// `exclude_modules`: modules that are left out, and out of their application's `.app` file.
    package var excludedModules: Written<[ExcludedModules]>?
    package var debugInformation: Written<DebugInformation>?
    /// `include_src`: the folders `src`, `lib` and `c_src` of each application in the release.
    package var includesSources: Written<Bool>?
    /// `src_tests`: each module is compared with its source.
    package var comparesWithSources: Written<Bool>?
    /// `check_for_undefined_functions`: calls of the project's modules are looked up.
    package var checksCalls: Written<Bool>?
    /// `warnings_as_errors`: no release with a warning.
    package var treatsWarningsAsErrors: Written<Bool>?
    /// `overlay`: files of the project in the release; nil when nothing was written.
    package var overlay: [Written<OverlayStep>]?
    /// `overlay_vars`: later ones win over earlier ones, and over those of relift.
    package var overlayVariables: [Written<OverlayVariables>] = []
    /// `overlay_vars_values`: variables that any other wins over.
    package var overlayDefaults: [Written<OverlayVariables>] = []
    /// `generate_start_script`: `bin/NAME`.
    package var generatesStartScript: Written<Bool>?
    /// `extended_start_script`: with all its commands.
    package var extendsStartScript: Written<Bool>?
    package var startScriptHooks: Written<[StartScriptHook]>?
    package var startScriptExtensions: Written<[StartScriptExtension]>?
    /// `health`: what the release is asked while `relift install` watches it.
    package var health: Written<[HealthQuestion]>?
}

/// Whether a part of OTP goes into the release, and from where.
package enum Inclusion: Hashable, Sendable {
    /// From the OTP installation in use.
    case included
    case notIncluded
    /// From another installation: a path, relative to the manifest's folder.
    case from(String)
}

/// Which file becomes the release's `sys.config` or `vm.args`.
package enum FileChoice: Hashable, Sendable {
    /// A path, relative to the manifest's folder.
    case file(String)
    /// `false`: the release has none, also if there is a file at the usual place.
    case none
}

/// relx's sets of settings (`rlx_config:expand_mode/1`).
package enum BuildMode: String, Hashable, Sendable, CaseIterable {
    /// Links to the compiled applications in place of copies, for work on them.
    case dev
    /// A runtime system, no sources, no debug information.
    case prod
    /// As `prod`, without a runtime system.
    case minimal

    var includeRuntime: Inclusion { self == .prod ? .included : .notIncluded }
    var debugInformation: DebugInformation { self == .dev ? .keep : .strip }
    var includesSources: Bool { self == .dev }
}

/// `debug_info`: what becomes of the parts of BEAM files that no node needs.
package enum DebugInformation: String, Hashable, Sendable, CaseIterable {
    case keep, strip
}

/// Modules of one application that are left out.
package struct ExcludedModules: Hashable, Sendable {
    package let application: ApplicationName
    package let modules: [ModuleName]
}

/// `extended_start_script_hooks`: what the start script runs at one of its phases.
package struct StartScriptHook: Hashable, Sendable {
    package enum Phase: String, Hashable, Sendable, CaseIterable {
        case preStart = "pre_start"
        case postStart = "post_start"
        case preStop = "pre_stop"
        case postStop = "post_stop"
        case preInstallUpgrade = "pre_install_upgrade"
        case postInstallUpgrade = "post_install_upgrade"
        case status
    }

    package enum Action: Hashable, Sendable {
        /// A script of the project, relative to `bin`; overlays put it there.
        case custom(String)
        /// Writes the process ID to a file; nil is `/var/run/NAME.pid`.
        case processID(file: String?)
        case waitForVMStart
        /// Waits until a process is registered under this name.
        case waitForProcess(String)
        case builtInStatus
    }

    package let phase: Phase
    package let action: Action
}

/// `extended_start_script_extensions`: a further command of the start script.
package struct StartScriptExtension: Hashable, Sendable {
    package let command: String
    /// Relative to `bin`.
    package let script: String
}
