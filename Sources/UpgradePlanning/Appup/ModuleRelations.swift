import ErlangTerms
import Graphs
import ReleaseModel

/// Which module changes of an application must, and which should, wait for which others on the way up; the way down is
/// the same the other way round.
///
/// **Needed** are the relations without which code that is loaded calls a function that is not. They become DepMods:
///
/// - A waits for B, if the newer A calls a function of B that the newer B exports and the older one does not (or there is
///   no older B).
/// - B waits for A, if the older A calls a function of B that the older B exports and the newer one does not (or there is
///   no newer B).
/// - The same for what B calls without naming it. A behaviour whose list of callbacks changed waits for the modules that
///   export more than before, and is waited for by those that export less: it may call the functions from now on, or did
///   so until now. So does an Elixir protocol with its implementations, and also with added and deleted ones.
/// - A waits for B, if it calls into B, whose struct changed: code that makes the new struct is loaded with the code that
///   takes it. The same if A makes or takes apart the struct in its own code, in either version.
///
/// Of an updated supervisor they make an order without DepMods, unless they run in a circle. Its `init/1` runs while
/// everything under one suspension stands still, and what it asks a suspended process for does not come: the script would
/// time out after the point of no return. So it is updated in a step of its own.
///
/// All other calls make an **order only**: the called module comes first where nothing needed is against it. Either
/// order works as far as functions go, but new code is more often made to serve old callers than the other way round.
///
/// So a call of a function that stays is no DepMod: DepMods put modules under one suspension, and an application whose
/// modules call each other would stand still as a whole while all of it is loaded.
///
/// Not seen are calls whose module is a variable (other than those of behaviours), and what the compiler already put into
/// the calling module: macros and inlined functions need no order, since nothing is called.
struct ModuleRelations {
    /// For each change the ones it must wait for, ascending, with the reasons.
    private(set) var needed: [[Need]]
    /// For each change the ones that must come before it in a step of their own, ascending. They run in no circle, nor do
    /// they when each group that ``needed`` connects is taken as one.
    private(set) var ordered: [[Int]]
    /// For each change the ones it should wait for, ascending; none that it must wait for.
    private(set) var preferred: [[Int]]

    /// A change that another one waits for.
    struct Need: Hashable, Sendable {
        let dependency: Int
        var reasons: [NeedReason]
    }

    private let changes: [ModuleChange]
    private let numbers: [Atom: Int]

    /// - Parameter changes: sorted by name.
    init(_ changes: [ModuleChange]) {
        self.changes = changes
        self.numbers = Dictionary(
            changes.enumerated().map { ($1.name.atom, $0) }, uniquingKeysWith: { first, _ in first })
        self.needed = Array(repeating: [], count: changes.count)
        self.ordered = Array(repeating: [], count: changes.count)
        self.preferred = Array(repeating: [], count: changes.count)
        for number in changes.indices {
            self.addCalls(of: number)
            self.addStructs(of: number)
            self.addBehaviours(of: number)
        }
        self.freeSupervisors()
        for number in changes.indices {
            self.needed[number].sort { $0.dependency < $1.dependency }
            self.ordered[number].sort()
            let needed = Set(self.needed[number].map(\.dependency) + self.ordered[number])
            self.preferred[number] = Set(self.preferred[number]).subtracting(needed).sorted()
        }
    }

    /// Makes the needs of supervisors an order of steps.
    private mutating func freeSupervisors() {
        func isFree(_ number: Int, _ need: Need) -> Bool {
            self.changes[number].isSupervisor || self.changes[need.dependency].isSupervisor
        }
        let bound = self.needed.enumerated().map { number, needs in
            needs.filter { !isFree(number, $0) }.map(\.dependency)
        }
        let groups = ConnectedGroups(of: bound)
        var edges: [[Int]] = Array(repeating: [], count: groups.members.count)
        for (number, needs) in self.needed.enumerated() {
            for need in needs where isFree(number, need) {
                edges[groups.group[number]].append(groups.group[need.dependency])
            }
        }
        let circles = StronglyConnectedComponents(of: edges)
        for (number, needs) in self.needed.enumerated() {
            let freed = needs.filter {
                isFree(number, $0) && !circles.areSame(groups.group[number], groups.group[$0.dependency])
            }
            self.ordered[number] = freed.map(\.dependency)
            self.needed[number].removeAll { freed.contains($0) }
        }
    }

    private mutating func add(_ waiting: Int, _ dependency: Int, _ reason: NeedReason) {
        if let index = self.needed[waiting].firstIndex(where: { $0.dependency == dependency }) {
            self.needed[waiting][index].reasons.append(reason)
        } else {
            self.needed[waiting].append(Need(dependency: dependency, reasons: [reason]))
        }
    }

    // MARK: - Calls

    private mutating func addCalls(of caller: Int) {
        let change = self.changes[caller]
        var calledNow: [Int: [ModuleFacts.FunctionName]] = [:]
        var calledBefore: [Int: [ModuleFacts.FunctionName]] = [:]
        for call in change.newer?.imports ?? [] {
            guard let callee = self.numbers[call.module], callee != caller else { continue }
            calledNow[callee, default: []].append(ModuleFacts.FunctionName(call.function, call.arity))
        }
        for call in change.older?.imports ?? [] {
            guard let callee = self.numbers[call.module], callee != caller else { continue }
            calledBefore[callee, default: []].append(ModuleFacts.FunctionName(call.function, call.arity))
        }
        for callee in Set(calledNow.keys).union(calledBefore.keys).sorted() {
            let other = self.changes[callee]
            let (older, newer) = (other.older?.exports ?? [], other.newer?.exports ?? [])
            let offered = Set(calledNow[callee] ?? []).intersection(newer).subtracting(older)
            let lost = Set(calledBefore[callee] ?? []).intersection(older).subtracting(newer)
            if !offered.isEmpty { self.add(caller, callee, .callsNew(offered.sorted())) }
            if !lost.isEmpty { self.add(callee, caller, .calledBefore(lost.sorted())) }
            if offered.isEmpty, calledNow[callee] != nil, other.changesStruct { self.add(caller, callee, .takesStruct) }
            // A deleted module offers nothing in the newer version: its callers, if it had any, are waited for.
            if other.newer != nil, lost.isEmpty { self.preferred[caller].append(callee) }
        }
    }

    /// A struct is written into the code of those who use it by a literal or a match: no call tells.
    private mutating func addStructs(of user: Int) {
        guard let newer = self.changes[user].newer else { return }
        let structs = newer.structs.union(self.changes[user].older?.structs ?? [])
        for definition in structs.compactMap({ self.numbers[$0] }).sorted()
        where definition != user && self.changes[definition].changesStruct {
            let isKnown = self.needed[user].contains { need in
                need.dependency == definition && need.reasons.contains(.takesStruct)
            }
            if !isKnown { self.add(user, definition, .mentionsStruct) }
        }
    }

    // MARK: - Behaviours

    private mutating func addBehaviours(of number: Int) {
        let change = self.changes[number]
        let behaviours = Set((change.newer?.behaviours ?? []) + (change.older?.behaviours ?? []))
        for behaviour in behaviours.compactMap({ self.numbers[$0] }).sorted() where behaviour != number {
            let definition = self.changes[behaviour]
            let gained = (change.newer?.exports ?? []).subtracting(change.older?.exports ?? [])
            let lost = (change.older?.exports ?? []).subtracting(change.newer?.exports ?? [])
            switch change.kind {
            case .added:
                if definition.isProtocol, definition.older != nil { self.add(behaviour, number, .newImplementation) }
            case .deleted:
                if definition.isProtocol, definition.newer != nil { self.add(number, behaviour, .dispatchedBefore) }
            case .changed:
                guard definition.changesCallbacks else { break }
                if !gained.isEmpty { self.add(behaviour, number, .callback(gained.sorted())) }
                if !lost.isEmpty { self.add(number, behaviour, .callbackBefore(lost.sorted())) }
            }
            if definition.newer != nil, change.newer != nil { self.preferred[number].append(behaviour) }
        }
    }
}

/// Why a module change must wait for another one.
enum NeedReason: Hashable, Sendable {
    /// The newer code calls these functions, which only the newer version of the other module offers.
    case callsNew([ModuleFacts.FunctionName])
    /// The other module's older code calls these functions, which only the older version offers.
    case calledBefore([ModuleFacts.FunctionName])
    /// The behaviour may call these functions of the other module, which only its newer version has.
    case callback([ModuleFacts.FunctionName])
    /// The other module, a behaviour, may call these functions of the older version.
    case callbackBefore([ModuleFacts.FunctionName])
    /// The protocol gets the other module as an implementation.
    case newImplementation
    /// The other module, a protocol, had this one as an implementation.
    case dispatchedBefore
    /// It uses the other module, whose struct changed.
    case takesStruct
    /// Its code has the struct of the other module in it, which changed.
    case mentionsStruct

    /// The reason without a period, for either direction.
    ///
    /// - Parameters:
    ///   - order: `after` or `before`.
    ///   - waiting: the change that waits on the way up.
    func text(_ order: String, _ dependency: ModuleChange, _ waiting: ModuleChange, _ older: String, _ newer: String)
        -> String
    {
        let other = "\(order) `\(dependency.name)`"
        switch self {
        case .callsNew(let functions):
            if dependency.older == nil { return "\(other), which is new in \(newer) and which it calls" }
            return
                "\(other), whose \(Self.list(functions)) \(Self.areOrIs(functions)) new in \(newer) and which it calls"
        case .calledBefore(let functions):
            if waiting.newer == nil { return "\(other), which calls it in \(older)" }
            return "\(other), which in \(older) calls its \(Self.list(functions)), gone in \(newer)"
        case .callback(let functions):
            return
                "\(other), which implements it and whose \(Self.list(functions)) \(Self.areOrIs(functions)) new in \(newer)"
        case .callbackBefore(let functions):
            return "\(other), its behaviour, which in \(older) may call its \(Self.list(functions)), gone in \(newer)"
        case .newImplementation: return "\(other), a new implementation of this protocol"
        case .dispatchedBefore: return "\(other), the protocol that it implements in \(older)"
        case .takesStruct: return "\(other), which it calls and whose struct changed"
        case .mentionsStruct: return "\(other), whose struct it makes or takes apart and which changed"
        }
    }

    /// The first three of many.
    private static func list(_ functions: [ModuleFacts.FunctionName]) -> String {
        functions.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
            + (functions.count > 3 ? " and \(functions.count - 3) more" : "")
    }

    private static func areOrIs(_ functions: [ModuleFacts.FunctionName]) -> String {
        functions.count > 1 ? "are" : "is"
    }
}

extension ModuleChange {
    /// The module in the older version, if it is there.
    var older: ModuleFacts? {
        switch self.kind {
        case .added: nil
        case .changed(let old, _, _), .deleted(let old): old
        }
    }

    /// The module in the newer version, if it is there.
    var newer: ModuleFacts? {
        switch self.kind {
        case .added(let new), .changed(_, let new, _): new
        case .deleted: nil
        }
    }

    /// An Elixir protocol: `defprotocol` makes this function.
    fileprivate var isProtocol: Bool { (self.newer ?? self.older)?.exports("__protocol__", 1) ?? false }

    /// Whether it is a behaviour with other callbacks than before: `-callback` makes the function `behaviour_info/1`.
    fileprivate var changesCallbacks: Bool {
        self.changesFunction { $0 == ModuleFacts.FunctionName("behaviour_info", 1) }
    }

    /// Whether it has an Elixir struct of another shape than before.
    fileprivate var changesStruct: Bool { self.changesFunction { $0.name == "__struct__" } }

    /// Whether an exported function is not what it was; also where only the module as a whole could be compared.
    private func changesFunction(_ isMeant: (ModuleFacts.FunctionName) -> Bool) -> Bool {
        guard let comparison = self.comparison, let older, let newer,
            older.exports.contains(where: isMeant) || newer.exports.contains(where: isMeant)
        else { return false }
        return comparison.wholeModuleChanged
            || [
                comparison.changed, comparison.added, comparison.removed, comparison.exportsAdded,
                comparison.exportsRemoved,
            ].contains { $0.contains(where: isMeant) }
    }
}
