import ErlangTerms
import ReleaseModel

/// The long forms of `update` and `load_module` (`appup(4)`): those that take purge methods and a time to suspend.
enum ExchangeForm {
    /// The shortest of them that says it all; nil where a short form does.
    ///
    /// - Parameter timeout: in milliseconds; nil for the default.
    static func term(
        _ handling: ModuleChange.Handling, _ module: Term, _ dependencies: [Term], purge: PurgeMethods?, timeout: Int?
    ) -> Term? {
        if purge == nil, timeout == nil { return nil }
        let methods = purge?.pair ?? .brutal
        let end: [Term] = [.atom(methods.before.atom), .atom(methods.after.atom), .list(dependencies)]
        let advanced = Term.tuple(.atom("advanced"), .emptyList)
        switch handling {
        case .code: return purge == nil ? nil : .tuple([.atom("load_module"), module] + end)
        case .codeChange:
            return .tuple([.atom("update"), module] + (timeout.map { [.integer($0)] } ?? []) + [advanced] + end)
        case .supervisor:
            let time = timeout.map { Term.integer($0) } ?? .atom("default")
            return .tuple([.atom("update"), module, .atom("static"), time, advanced] + end)
        }
    }
}
