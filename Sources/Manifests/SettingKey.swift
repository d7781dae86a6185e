import ErlangTerms

/// The settings that relift takes, under relx's names.
enum SettingKey: String, CaseIterable {
    case includeRuntime = "include_erts"
    case systemLibraries = "system_libs"
    case systemConfiguration = "sys_config"
    case vmArguments = "vm_args"
    case libraryFolders = "lib_dirs"

    /// What may follow the key, for messages.
    var form: String {
        switch self {
        case .includeRuntime, .systemLibraries: "`true`, `false` or a folder as a string"
        case .systemConfiguration, .vmArguments: "a file as a string, or `false`"
        case .libraryFolders: "a list of folders as strings"
        }
    }

    /// A line to copy.
    var example: String {
        switch self {
        case .includeRuntime, .systemLibraries: "{\(self.rawValue), true}."
        case .systemConfiguration: "{sys_config, \"config/sys.config\"}."
        case .vmArguments: "{vm_args, \"config/vm.args\"}."
        case .libraryFolders: "{lib_dirs, [\"_build/default/lib\"]}."
        }
    }
}

/// A setting of relx (`rlx_config`) that relift does not act upon.
struct UnsupportedKey {
    let name: String
    /// What a release made without it lacks or does in spite of it; completes "relift does not … yet:".
    let consequence: String
    /// Values that ask for what relift does anyway.
    var harmless: [Term] = []

    static func named(_ name: Atom) -> Self? { self.all.first { $0.name == name.name } }

    static let all: [Self] = [
        Self(
            name: "sys_config_src",
            consequence: "variables in it are not replaced, and the release gets no sys.config of it",
            harmless: [.atom("undefined"), .atom("false")]),
        Self(
            name: "vm_args_src", consequence: "variables in it are not replaced, and the release gets no vm.args of it",
            harmless: [.atom("undefined"), .atom("false")]),
        Self(name: "overlay", consequence: "its files are not in the release", harmless: [.emptyList]),
        Self(name: "overlay_vars", consequence: "no file is rendered with them", harmless: [.emptyList]),
        Self(name: "overlay_vars_values", consequence: "no file is rendered with them", harmless: [.emptyList]),
        Self(name: "exclude_apps", consequence: "these applications are in the release", harmless: [.emptyList]),
        Self(name: "exclude_modules", consequence: "these modules are in the release", harmless: [.emptyList]),
        Self(name: "overrides", consequence: "applications come from the library folders only", harmless: [.emptyList]),
        Self(name: "mode", consequence: "set the settings it stands for, such as include_erts"),
        Self(
            name: "dev_mode", consequence: "applications are copied, not linked", harmless: [.atom("false")]),
        Self(
            name: "debug_info", consequence: "modules are packed as they were compiled", harmless: [.atom("keep")]),
        Self(
            name: "include_src", consequence: "source files are not in the release", harmless: [.atom("false")]),
        Self(name: "upfrom", consequence: "`relift relup --from` names the release to upgrade from"),
        Self(name: "root_dir", consequence: "paths are relative to the manifest's folder"),
        Self(name: "output_dir", consequence: "`relift build --output` names the folder"),
        Self(
            name: "warnings_as_errors", consequence: "warnings do not stop the build", harmless: [.atom("false")]),
        Self(
            name: "src_tests", consequence: "sources are not compared with compiled modules",
            harmless: [.atom("false")]),
        Self(name: "exref", consequence: "functions are not checked", harmless: [.atom("false")]),
        Self(
            name: "check_for_undefined_functions", consequence: "functions are not checked",
            harmless: [.atom("false")]),
        Self(
            name: "extended_start_script", consequence: "every release gets relift's start script",
            harmless: [.atom("true")]),
        Self(
            name: "extended_start_script_hooks", consequence: "the start script runs no hooks",
            harmless: [.emptyList]),
        Self(
            name: "extended_start_script_extensions", consequence: "the start script has no further commands",
            harmless: [.emptyList]),
        Self(
            name: "include_start_scripts_for", consequence: "every release gets start scripts for Unix only",
            harmless: [.list([.atom("unix")])]),
        Self(
            name: "generate_start_script", consequence: "every release gets relift's start script",
            harmless: [.atom("true")]),
        Self(
            name: "include_nodetool", consequence: "the start script needs no nodetool", harmless: [.atom("false")]),
    ]
}
