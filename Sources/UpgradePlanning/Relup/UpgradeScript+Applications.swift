import ErlangTerms
import ReleaseModel

/// The scripts of applications that come and go.
extension UpgradeScript {
    /// The script of an application that only the release after it has. An included one is loaded, for the application
    /// that includes it to start.
    init(adding application: ResolvedApplication, includedBy includer: ApplicationName? = nil) {
        let name = application.name.atom
        let isLeftToIncluder = includer != nil && application.type.isStarted
        let type = isLeftToIncluder ? StartType.load : application.type
        self.init(
            [.tuple(.atom("add_application"), .atom(name), .atom(type.atom))], origin: .applicationAdded(name),
            causes: isLeftToIncluder ? Self.causes(includer, "starts") : [])
    }

    /// The script of an application that only the release before it has. An included one is not stopped: it stops with
    /// the application that includes it.
    init(removing application: ResolvedApplication, includedBy includer: ApplicationName? = nil) {
        let name = application.name.atom
        guard let includer else {
            self.init(
                [.tuple(.atom("remove_application"), .atom(name))], origin: .applicationRemoved(name))
            return
        }
        // What `remove_application` stands for, without its stop.
        let modules = application.specification.modules.map { Term.atom($0.atom) }
        let brutally = Term.atom("brutal_purge")
        var instructions = modules.map { Term.tuple(.atom("remove"), .tuple($0, brutally, brutally)) }
        instructions.append(.tuple(.atom("purge"), .list(modules)))
        instructions.append(
            .tuple(
                .atom("apply"), .tuple(.atom("application"), .atom("unload"), .list([.atom(name)]))))
        let causes = Self.causes(includer, "stops")
        self.init(
            instructions, origin: .applicationRemoved(name),
            causes: instructions.flatMap { _ in causes })
    }

    private static func causes(_ includer: ApplicationName?, _ verb: String) -> [Cause] {
        includer.map { [Cause("`\($0)` includes it and \(verb) it")] } ?? []
    }
}
