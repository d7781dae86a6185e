import ErlangTerms

/// The settings that relift takes, under relx's names.
enum SettingKey: String, CaseIterable {
    case includeRuntime = "include_erts"
    case systemLibraries = "system_libs"
    case systemConfiguration = "sys_config"
    case systemConfigurationSource = "sys_config_src"
    case vmArguments = "vm_args"
    case vmArgumentsSource = "vm_args_src"
    case libraryFolders = "lib_dirs"
    case overlay = "overlay"
    case overlayVariables = "overlay_vars"
    case overlayDefaults = "overlay_vars_values"
    case mode = "mode"
    case developmentMode = "dev_mode"
    case debugInformation = "debug_info"
    case includesSources = "include_src"
    case excludedApplications = "exclude_apps"
    case excludedModules = "exclude_modules"
    case comparesWithSources = "src_tests"
    case checksCalls = "check_for_undefined_functions"
    case treatsWarningsAsErrors = "warnings_as_errors"
    case generatesStartScript = "generate_start_script"
    case extendsStartScript = "extended_start_script"
    case startScriptHooks = "extended_start_script_hooks"
    case startScriptExtensions = "extended_start_script_extensions"
    case health = "health"

    /// relx adds values of these up; for everything else its last value wins.
    var addsUp: Bool {
        switch self {
        case .libraryFolders, .overlayVariables, .overlayDefaults: true
        case .includeRuntime, .systemLibraries, .systemConfiguration, .systemConfigurationSource, .vmArguments,
            .vmArgumentsSource, .overlay, .mode, .developmentMode, .debugInformation, .includesSources,
            .excludedApplications, .excludedModules, .comparesWithSources, .checksCalls, .treatsWarningsAsErrors,
            .generatesStartScript, .extendsStartScript, .startScriptHooks, .startScriptExtensions,
            .health:
            false
        }
    }

    /// What may follow the key, for messages.
    var form: String {
        switch self {
        case .includeRuntime, .systemLibraries: "`true`, `false` or a folder as a string"
        case .systemConfiguration, .systemConfigurationSource, .vmArguments, .vmArgumentsSource:
            "a file as a string, or `false`"
        case .libraryFolders: "a list of folders as strings"
        case .overlay:
            "a list of `{copy, From, To}`, `{template, From, To}`, `{mkdir, To}`, `{link, From, To}` and "
                + "`{chmod, Mode, Path}`"
        case .overlayVariables: "a file as a string, or a list of files and `{Name, Value}`"
        case .overlayDefaults: "a list of `{Name, Value}`"
        case .mode: "`dev`, `prod` or `minimal`"
        case .debugInformation: "`keep` or `strip`"
        case .developmentMode, .includesSources, .comparesWithSources, .checksCalls, .treatsWarningsAsErrors,
            .generatesStartScript, .extendsStartScript:
            "`true` or `false`"
        case .excludedApplications: "a list of applications"
        case .excludedModules: "a list of `{Application, [Module]}`"
        case .startScriptHooks: "a list of `{Phase, [Hook]}`"
        case .startScriptExtensions: "a list of `{Command, \"SCRIPT\"}`"
        case .health: "a list of `{http, \"URL\"}`, `{cmd, \"COMMAND\"}` and `{rpc, Module, Function, Arguments}`"
        }
    }

    /// A line to copy.
    var example: String {
        let value =
            switch self {
            case .includeRuntime, .systemLibraries, .developmentMode, .includesSources, .comparesWithSources,
                .checksCalls, .treatsWarningsAsErrors, .generatesStartScript, .extendsStartScript:
                "true"
            case .systemConfiguration: "\"config/sys.config\""
            case .systemConfigurationSource: "\"config/sys.config.src\""
            case .vmArguments: "\"config/vm.args\""
            case .vmArgumentsSource: "\"config/vm.args.src\""
            case .libraryFolders: "[\"_build/default/lib\"]"
            case .overlay: "[{copy, \"README.md\", \"doc/README.md\"}]"
            case .overlayVariables: "[\"config/vars.config\", {port, 8080}]"
            case .overlayDefaults: "[{port, 8080}]"
            case .mode: "prod"
            case .debugInformation: "strip"
            case .excludedApplications: "[my_tool]"
            case .excludedModules: "[{my_application, [my_module]}]"
            case .startScriptHooks: "[{post_start, [wait_for_vm_start]}]"
            case .startScriptExtensions: "[{my_command, \"extensions/my_command\"}]"
            case .health: "[{http, \"http://127.0.0.1:8080/health\"}]"
            }
        return "{\(self.rawValue), \(value)}."
    }
}

/// A setting of relx (`rlx_config`) that relift does not act upon.
struct UnsupportedKey {
    let name: String
    /// What a release made without it lacks or does in spite of it; completes "relift does not …:".
    let consequence: String
    /// Values that ask for what relift does anyway.
    var harmless: [Term] = []

    static func named(_ name: Atom) -> Self? { self.all.first { $0.name == name.name } }

    static let all: [Self] = [
        Self(name: "overrides", consequence: "applications come from the library folders only", harmless: [.emptyList]),
        Self(name: "upfrom", consequence: "`relift relup --from` names the release to upgrade from"),
        Self(name: "root_dir", consequence: "paths are relative to the manifest's folder"),
        Self(name: "output_dir", consequence: "`relift build --output` names the folder"),
        Self(
            name: "exref", consequence: "`check_for_undefined_functions` looks calls up, and `relift script --exref`",
            harmless: [.atom("false")]),
        Self(
            name: "include_start_scripts_for", consequence: "every release gets start scripts for Unix only",
            harmless: [.list([.atom("unix")])]),
        Self(
            name: "include_nodetool", consequence: "the start script needs no nodetool",
            harmless: [.atom("true"), .atom("false")]),
    ]
}
