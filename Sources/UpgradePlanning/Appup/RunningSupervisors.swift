import ErlangTerms
import ReleaseModel

/// Which supervisors of an application certainly run in both versions: a call of one that does not run fails, and after
/// the point of no return that restarts the node.
struct RunningSupervisors {
    /// How a module is started as a child. A module that is nobody's child is started otherwise, as the first supervisor of
    /// an application is.
    private struct Mention: Equatable {
        /// Always, and once.
        var isCertain: Bool
        /// The supervisors that start it.
        var parents: Set<Atom>
    }

    private let old: [Atom: Mention]
    private let new: [Atom: Mention]

    init(old: Application, new: Application) {
        self.old = Self.mentions(old)
        self.new = Self.mentions(new)
    }

    /// Why it may not run; nil when it does.
    func doubt(_ supervisor: Atom) -> String? {
        var seen: Set<Atom> = [supervisor]
        var open = [supervisor]
        while let module = open.popLast() {
            let it = module == supervisor ? "it" : "`\(module)`, which starts it,"
            switch (self.old[module], self.new[module]) {
            case (nil, nil): break
            case (let before?, let after?):
                guard before.isCertain, after.isCertain else { return "\(it) does not run always, or not only once" }
                open += before.parents.union(after.parents).subtracting(seen).sorted()
                seen.formUnion(open)
            case (nil, _?), (_?, nil): return "\(it) is a child in one of the versions only"
            }
        }
        return nil
    }

    private static func mentions(_ application: Application) -> [Atom: Mention] {
        var mentions: [Atom: Mention] = [:]
        for (parent, facts) in application.modules {
            guard let supervisor = facts.supervisor else { continue }
            for child in supervisor.children {
                guard let module = child.start.module.term?.atomValue else { continue }
                let isCertain =
                    !child.isConditional && !supervisor.isSimpleOneForOne
                    && child.restart == .known(.atom("permanent")) && mentions[module] == nil
                mentions[module, default: Mention(isCertain: true, parents: [])].isCertain = isCertain
                mentions[module]?.parents.insert(parent.atom)
            }
        }
        return mentions
    }
}
