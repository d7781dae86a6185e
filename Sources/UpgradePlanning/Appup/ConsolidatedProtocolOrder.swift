import ErlangTerms
package import ReleaseModel

/// The order between consolidated protocols and the modules of other applications, in a hop between two releases that
/// `relift build --from-mix` made.
///
/// A consolidated protocol has the list of its implementations in its code, so it changes when one comes or goes, and it
/// lies in an application of its own. On the way up, and on the way down the other way round:
/// - a protocol waits for the implementations that are new;
/// - modules whose new code makes values of their structs, by itself or with new modules that they call, wait for the
///   protocol: before, it knows nothing of such values;
/// - what made values of a struct whose implementation goes is exchanged before the protocol, and the implementation is
///   deleted after it.
///
/// These become DepMods, which OTP follows across the applications of a release.
package struct ConsolidatedProtocolOrder: Sendable {
    /// For each module those that it waits for on the way up, with the reasons.
    private var needs: [ModuleName: [ModuleName: Reason]] = [:]
    /// Implementations that come or go with their protocols.
    private var served: Set<ModuleName> = []

    private enum Reason: Sendable {
        case newImplementation, dispatchedBefore, makesNew, madeBefore
    }

    /// No relations.
    package static let none = ConsolidatedProtocolOrder()

    private init() {}

    /// - Parameters:
    ///   - old: the release to come from, with the facts of the modules of all applications that change.
    ///   - new: the release to go to, likewise.
    package init(old: Release, new: Release) {
        guard let name = MixLayout.protocols(of: new.name.text), let before = old[name]?.application,
            let after = new[name]?.application, before.version != after.version
        else { return }
        let protocols = Self.changed(before, after)
        guard !protocols.isEmpty else { return }
        let pairs = new.applications.map(\.application).filter { $0.name != name }.map { application in
            (old: old[application.name]?.application, new: application)
        }.filter { $0.old?.version != $0.new.version }
        let hop = Modules(pairs)
        for (module, facts) in hop.added { self.add(module, facts, protocols, hop, isNew: true) }
        for (module, facts) in hop.deleted { self.add(module, facts, protocols, hop, isNew: false) }
    }

    private static func changed(_ before: Application, _ after: Application) -> [Atom: ModuleName] {
        let pairs = after.modules.compactMap { module, facts -> (Atom, ModuleName)? in
            guard let older = before.modules[module], !ModuleComparison(old: older, new: facts).isUnchanged else {
                return nil
            }
            return (module.atom, module)
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// The relations of one implementation that comes or goes.
    private mutating func add(
        _ module: ModuleName, _ facts: ModuleFacts, _ protocols: [Atom: ModuleName], _ hop: Modules, isNew: Bool
    ) {
        for case .protocolImplementation(let definition) in ModuleRoles(facts).all {
            guard let protocolModule = protocols[definition] else { continue }
            self.served.insert(module)
            // `defimpl P, for: S` makes the module `P.S`; both names begin with `Elixir.`.
            let type = Atom("Elixir." + module.name.dropFirst(definition.name.count + 1))
            if isNew {
                self.needs[protocolModule, default: [:]][module] = .newImplementation
                for maker in hop.makers(of: type, isNew: true) {
                    self.needs[maker, default: [:]][protocolModule] = .makesNew
                }
            } else {
                self.needs[module, default: [:]][protocolModule] = .dispatchedBefore
                for maker in hop.makers(of: type, isNew: false) {
                    self.needs[protocolModule, default: [:]][maker] = .madeBefore
                }
            }
        }
    }

    // MARK: - Asking

    /// The DepMods that a module has besides those in its own application, sorted.
    func dependencies(of module: ModuleName) -> [ModuleName] { self.needs[module]?.keys.sorted() ?? [] }

    /// Why, in the same order.
    func causes(of module: ModuleName, _ mode: UpgradeMode) -> [Cause] {
        let order = mode == .up ? "after" : "before"
        return self.dependencies(of: module).compactMap { other in
            self.needs[module]?[other].map { Cause("\(order) `\(other)`, \(Self.text($0))") }
        }
    }

    private static func text(_ reason: Reason) -> String {
        switch reason {
        case .newImplementation: "a new implementation of this protocol"
        case .dispatchedBefore: "the protocol that it implements"
        case .makesNew: "a consolidated protocol that then knows the structs it makes"
        case .madeBefore: "which made structs that this protocol knows no longer"
        }
    }

    /// Whether the protocol of an implementation that comes or goes is loaded with it.
    func serves(_ implementation: String?) -> Bool {
        implementation.map { name in self.served.contains { $0.name == name } } ?? false
    }
}

/// The modules of the applications that change.
private struct Modules {
    private(set) var added: [(name: ModuleName, facts: ModuleFacts)] = []
    private(set) var deleted: [(name: ModuleName, facts: ModuleFacts)] = []
    private var both: [(name: ModuleName, old: ModuleFacts, new: ModuleFacts)] = []

    init(_ pairs: [(old: Application?, new: Application)]) {
        for (old, new) in pairs {
            for module in Set(new.modules.keys).union(old?.modules.keys ?? [:].keys).sorted() {
                switch (old?.modules[module], new.modules[module]) {
                case (nil, let facts?): self.added.append((module, facts))
                case (let facts?, nil): self.deleted.append((module, facts))
                case (let before?, let after?): self.both.append((module, before, after))
                case (nil, nil): break
                }
            }
        }
    }

    /// The changed modules through which values of a struct come into the running system, or did; sorted.
    ///
    /// - Parameter isNew: whether the newer versions count, with the modules that are new; else the older ones, with those
    ///   that go.
    func makers(of type: Atom, isNew: Bool) -> [ModuleName] {
        let others = isNew ? self.added : self.deleted
        var sources: Set<Atom> = [type]
        func reaches(_ facts: ModuleFacts) -> Bool {
            facts.structs.contains(type) || facts.imports.contains { sources.contains($0.module) }
        }
        var count = 0
        while count != sources.count {
            count = sources.count
            for (name, facts) in others where !sources.contains(name.atom) && reaches(facts) {
                sources.insert(name.atom)
            }
        }
        return self.both.filter { module in
            reaches(isNew ? module.new : module.old)
                && !ModuleComparison(old: module.old, new: module.new).isUnchanged
        }.map(\.name).sorted()
    }
}
