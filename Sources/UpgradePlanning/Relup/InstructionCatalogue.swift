import ErlangTerms
import ReleaseModel

/// The instructions that exist, with the forms in which each may be written, for help texts.
enum InstructionCatalogue {
    static let forms: [(name: String, forms: [String])] = [
        (
            "update",
            [
                "{update,Mod}", "{update,Mod,supervisor}", "{update,Mod,soft}", "{update,Mod,{advanced,Extra}}",
                "{update,Mod,DepMods}", "{update,Mod,Change,DepMods}",
                "{update,Mod,Change,PrePurge,PostPurge,DepMods}",
                "{update,Mod,Timeout,Change,PrePurge,PostPurge,DepMods}",
                "{update,Mod,ModType,Timeout,Change,PrePurge,PostPurge,DepMods}",
            ]
        ),
        (
            "load_module",
            [
                "{load_module,Mod}", "{load_module,Mod,DepMods}", "{load_module,Mod,PrePurge,PostPurge,DepMods}",
            ]
        ),
        ("add_module", ["{add_module,Mod}", "{add_module,Mod,DepMods}"]),
        ("delete_module", ["{delete_module,Mod}", "{delete_module,Mod,DepMods}"]),
        ("add_application", ["{add_application,App}", "{add_application,App,Type}"]),
        ("remove_application", ["{remove_application,App}"]),
        ("restart_application", ["{restart_application,App}"]),
        ("restart_new_emulator", ["restart_new_emulator"]),
        ("restart_emulator", ["restart_emulator"]),
        ("load_object_code", ["{load_object_code,{App,Vsn,[Mod]}}"]),
        ("point_of_no_return", ["point_of_no_return"]),
        ("load", ["{load,{Mod,PrePurge,PostPurge}}"]),
        ("remove", ["{remove,{Mod,PrePurge,PostPurge}}"]),
        ("purge", ["{purge,[Mod]}"]),
        ("suspend", ["{suspend,[Mod]}", "{suspend,[{Mod,Timeout}]}"]),
        ("resume", ["{resume,[Mod]}"]),
        ("code_change", ["{code_change,[{Mod,Extra}]}", "{code_change,up,[{Mod,Extra}]}"]),
        ("stop", ["{stop,[Mod]}"]),
        ("start", ["{start,[Mod]}"]),
        ("sync_nodes", ["{sync_nodes,Id,[Node]}", "{sync_nodes,Id,{M,F,Args}}"]),
        ("apply", ["{apply,{M,F,Args}}"]),
    ]

    static func forms(of name: Atom) -> [String]? { self.forms.first { $0.name == name.name }?.forms }

    /// The instruction that a misspelt name was probably meant to be.
    static func nearest(_ name: Atom) -> String? {
        NearestName.of(name.name, among: self.forms.lazy.map(\.name))
    }

    /// The name of an instruction: an atom, or the first element of a tuple.
    static func name(of instruction: Term) -> Atom? {
        instruction.atomValue ?? instruction.tupleElements?.first?.atomValue
    }
}

extension TranslationProblem.Operand {
    /// What belongs in this place.
    var expected: String {
        switch self {
        case .module: "the name of a module, an atom"
        case .change: "`soft` or `{advanced,Extra}`"
        case .moduleKind: "`static` or `dynamic`"
        case .purgeMethod: "`soft_purge` or `brutal_purge`"
        case .list: "a list"
        case .argumentList: "the list of arguments"
        case .node: "the name of a node, an atom"
        case .application: "the name of an application, an atom"
        case .startType: "`permanent`, `transient`, `temporary`, `load` or `none`"
        case .function: "the name of a function, an atom"
        case .library: "the name of an application, an atom"
        case .libraryVersion: "the version of the application, a string"
        case .timeout: "a number of milliseconds above 0, `infinity` or `default`"
        case .mode: "`up` or `down`"
        case .codeChange: "a pair `{Mod,Extra}`"
        }
    }
}
