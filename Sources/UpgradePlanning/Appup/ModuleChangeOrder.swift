import ErlangTerms
import Graphs
import ReleaseModel

/// The order in which module changes happen, and which of them wait for which others, by ``ModuleRelations``.
///
/// Changes that need each other, directly or over others, make a *block*: their DepMods make OTP suspend them together.
/// All others are blocks of one. Blocks follow each other, and the changes in a block, so that what is needed comes first
/// without exception and what is preferred wherever it can. Changes that need each other in a circle are loaded one right
/// after the other.
struct ModuleChangeOrder {
    /// In the order in which the way up carries them out.
    let changes: [ModuleChange]
    /// Circles of changes that need each other, each in the order of names.
    let circles: [[ModuleChange]]
    private let relations: ModuleRelations
    private let names: [ModuleChange]
    private let numbers: [ModuleName: Int]
    /// The place of each change in ``changes``, by number.
    private let place: [Int]
    private let writtenUp: [ModuleChange]

    init(_ unsorted: [ModuleChange]) {
        // From here on a module is a number; numbers are in the order of names.
        let changes = unsorted.sorted { $0.name < $1.name }
        let relations = ModuleRelations(changes)
        let needed = relations.needed.map { $0.map(\.dependency) }
        let blocks = Self.blocks(changes, needed, relations)
        let circles = StronglyConnectedComponents(of: needed)
        var members: [[Int]] = Array(repeating: [], count: circles.count)
        for number in changes.indices { members[circles.component[number]].append(number) }
        var order: [Int] = []
        var writtenUp: [Int] = []
        for block in blocks {
            let loaded = Self.order(block, changes, needed, relations.preferred, circles)
            order += loaded
            writtenUp += Self.isOrderedByNeeds(loaded, needed, relations.preferred) ? loaded : loaded.reversed()
        }
        var place = Array(repeating: 0, count: changes.count)
        for (index, number) in order.enumerated() { place[number] = index }
        self.names = changes
        self.numbers = Dictionary(
            changes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.relations = relations
        self.place = place
        self.changes = order.map { changes[$0] }
        self.writtenUp = writtenUp.map { changes[$0] }
        self.circles = members.filter { $0.count > 1 }.map { $0.map { changes[$0] } }
            .sorted { $0[0].name < $1[0].name }
    }

    /// The changes in the order in which their instructions stand in the script of a direction.
    ///
    /// The translation goes through the modules of a block with dependants first, where instructions that stand first
    /// come first as far as they may, and on the way up loads them the other way round (``DependencyOrder``). So a
    /// script for the way up starts a block with what is loaded last, unless DepMods alone lead to the right order.
    func written(_ mode: UpgradeMode) -> [ModuleChange] {
        switch mode {
        case .up: self.writtenUp
        case .down: self.changes.reversed()
        }
    }

    // MARK: - Asking

    /// A change that another one waits for on the way up, and why; sorted by name.
    func needs(of module: ModuleName) -> [(change: ModuleChange, reasons: [NeedReason])] {
        guard let number = self.numbers[module] else { return [] }
        return self.relations.needed[number].map { (self.names[$0.dependency], $0.reasons) }
    }

    /// The modules that this one calls, and that the way up carries out before it without a need; sorted by name.
    func preferences(of module: ModuleName) -> [ModuleName] {
        guard let number = self.numbers[module] else { return [] }
        return (self.relations.ordered[number] + self.relations.preferred[number]).sorted().filter {
            self.place[$0] < self.place[number]
        }.map {
            self.names[$0].name
        }
    }

    // MARK: - Blocks

    /// Groups of changes that needs connect, in their order. Where calls leave it open: blocks with living modules, those
    /// of deleted ones, those with supervisors, since a supervisor may name any of the others; then by name.
    private static func blocks(_ changes: [ModuleChange], _ needed: [[Int]], _ relations: ModuleRelations) -> [[Int]] {
        let groups = ConnectedGroups(of: needed)
        let (living, deletedOnly, withSupervisor) = (0, 1, 2)
        let priority = groups.members.enumerated().map { index, members in
            let lateness =
                members.contains { changes[$0].isSupervisor }
                ? withSupervisor : members.allSatisfy { changes[$0].isDeleted } ? deletedOnly : living
            return lateness * changes.count + index
        }
        func between(_ edges: [[Int]]) -> [[Int]] {
            groups.members.enumerated().map { index, members in
                Set(members.flatMap { edges[$0] }.map { groups.group[$0] }).subtracting([index]).sorted()
            }
        }
        return PreferredOrder.order(
            needed: between(relations.ordered), preferred: between(relations.preferred), priority: priority
        ).map { groups.members[$0] }
    }

    // MARK: - In a block

    /// The changes of a block in the order in which the way up carries them out.
    private static func order(
        _ block: [Int], _ changes: [ModuleChange], _ needed: [[Int]], _ preferred: [[Int]],
        _ circles: StronglyConnectedComponents
    ) -> [Int] {
        if block.count == 1 { return block }
        func rank(_ number: Int) -> Int { self.kindRank(changes[number]) * changes.count + number }
        // A circle is one thing in the order of the others.
        var units: [Int: [Int]] = [:]
        for number in block { units[circles.component[number], default: []].append(number) }
        let members = units.values.map { $0.sorted { rank($0) < rank($1) } }.sorted { rank($0[0]) < rank($1[0]) }
        var unit: [Int: Int] = [:]
        for (index, members) in members.enumerated() { for number in members { unit[number] = index } }
        func between(_ edges: [[Int]]) -> [[Int]] {
            members.enumerated().map { index, members in
                Set(members.flatMap { edges[$0] }.compactMap { unit[$0] }).subtracting([index]).sorted()
            }
        }
        return PreferredOrder.order(
            needed: between(needed), preferred: between(preferred), priority: Array(members.indices)
        ).flatMap { members[$0] }
    }

    /// In a circle, and where nothing else decides: what is added is there before its callers, what is deleted stays until
    /// they are exchanged.
    private static func kindRank(_ change: ModuleChange) -> Int {
        switch change.kind {
        case .added: 0
        case .changed: change.isSupervisor ? 2 : 1
        case .deleted: 3
        }
    }

    /// Whether the translation loads a block in this order when its instructions stand in this order, too.
    private static func isOrderedByNeeds(_ loaded: [Int], _ needed: [[Int]], _ preferred: [[Int]]) -> Bool {
        if loaded.count == 1 { return true }
        let place = Dictionary(loaded.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var dependants: [[Int]] = Array(repeating: [], count: loaded.count)
        for (index, number) in loaded.enumerated() {
            for dependency in needed[number].compactMap({ place[$0] }) {
                // In a circle only the order of the instructions counts.
                if dependency > index { return false }
                dependants[dependency].append(index)
            }
        }
        let translated = PreferredOrder.order(
            needed: dependants, preferred: Array(repeating: [], count: loaded.count), priority: Array(loaded.indices)
        ).reversed()
        var moment = Array(repeating: 0, count: loaded.count)
        for (index, unit) in translated.enumerated() { moment[unit] = index }
        return loaded.enumerated().allSatisfy { index, number in
            preferred[number].compactMap { place[$0] }.allSatisfy { $0 > index || moment[$0] < moment[index] }
        }
    }
}
