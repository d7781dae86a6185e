import Diagnostics
import ErlangTerms
import ReleaseModel

/// Finds the traps of one script: what its result shows, held against both releases.
struct RelupTraps {
    let mode: UpgradeMode
    let top: Release
    let base: Release
    let order: RelupPlanner.ApplicationOrder
    let appups: AppupSources

    private var source: Release { self.mode == .up ? self.base : self.top }
    private var target: Release { self.mode == .up ? self.top : self.base }

    func find(in steps: [PlannedStep]) -> [RelupTrap] {
        var traps: [RelupTrap] = []
        switch self.order {
        case .otp: traps += self.added() + self.removed()
        case .dependencies: break
        }
        return traps + self.startTypes(steps) + self.patterns()
    }

    // MARK: - Added and removed applications

    private func added() -> [RelupTrap] {
        let (source, target) = (self.source, self.target)
        let added = target.applications.filter { source[$0.name] == nil && $0.type.isStarted }
        guard !added.isEmpty else { return [] }
        let relations = ApplicationRelations(target)
        let positions = Dictionary(
            added.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let order = Positions { relations.startOrder { _ in true } }
        var traps: [RelupTrap] = []
        for (position, application) in added.enumerated() {
            if let includer = relations.includer(of: application.name) {
                traps.append(self.onItsOwn(application, includer, target, .added))
                continue
            }
            let late = relations.needs(of: application).filter { need in
                relations.includer(of: need) == nil && positions[need].map { $0 > position } ?? false
            }
            guard !late.isEmpty else { continue }
            traps.append(
                RelupTrap(
                    .addedBeforeDependency(
                        application.name, dependencies: late, order: order.sorted(late + [application.name]),
                        in: target.resource),
                    self.mode, self.base, .added))
        }
        return traps
    }

    private func removed() -> [RelupTrap] {
        let (source, target) = (self.source, self.target)
        let removed = source.applications.filter { target[$0.name] == nil && $0.type.isStarted }
        guard !removed.isEmpty else { return [] }
        let relations = ApplicationRelations(source)
        let positions = Dictionary(
            removed.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        var included: [RelupTrap] = []
        // Each application with those that need it and are stopped later.
        var late: [ApplicationName: [ApplicationName]] = [:]
        for (position, application) in removed.enumerated() {
            if let includer = relations.includer(of: application.name) {
                included.append(self.onItsOwn(application, includer, source, .removed))
                continue
            }
            for need in relations.needs(of: application) where relations.includer(of: need) == nil {
                if let other = positions[need], other < position { late[need, default: []].append(application.name) }
            }
        }
        let order = Positions { relations.stopOrder { _ in true } }
        let wrong = removed.compactMap { application in
            late.removeValue(forKey: application.name).map { dependants in
                RelupTrap(
                    .removedBeforeDependant(
                        application.name, dependants: dependants,
                        order: order.sorted(dependants + [application.name]), in: source.resource),
                    self.mode, self.base, .removed)
            }
        }
        return wrong + included
    }

    /// The order that would be right, found when the first trap asks for it.
    private final class Positions {
        private let order: () -> [ResolvedApplication]
        private lazy var positions = Dictionary(
            self.order().enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })

        init(_ order: @escaping () -> [ResolvedApplication]) { self.order = order }

        func sorted(_ names: [ApplicationName]) -> [ApplicationName] {
            names.sorted { self.positions[$0] ?? .max < self.positions[$1] ?? .max }
        }
    }

    private func onItsOwn(
        _ application: ResolvedApplication, _ includer: ApplicationName, _ release: Release,
        _ change: RelupTrap.Script.Change
    ) -> RelupTrap {
        RelupTrap(
            .includedApplicationOnItsOwn(application.name, includedBy: includer, in: release.resource), self.mode,
            self.base, change)
    }

    // MARK: - Start types

    /// Applications whose start type differs, unless the script starts them again or ends with a restart of the runtime
    /// system, which boots as the release after the script says.
    private func startTypes(_ steps: [PlannedStep]) -> [RelupTrap] {
        let (top, base) = (self.top, self.base)
        let changed = top.applications.compactMap { application in
            base[application.name].flatMap { other in
                other.type != application.type ? (application: application, other: other) : nil
            }
        }
        guard !changed.isEmpty, steps.last?.instruction != .atom("restart_emulator") else { return [] }
        let relations = (top: ApplicationRelations(top), base: ApplicationRelations(base))
        let started = Set(steps.compactMap { Self.startedApplication($0.instruction) })
        return changed.compactMap { application, other in
            let name = application.name
            guard !started.contains(name.atom), relations.top.includer(of: name) == nil,
                relations.base.includer(of: name) == nil
            else { return nil }
            return RelupTrap(
                .startTypeIgnored(name, base: other.type, top: application.type, in: top.resource), self.mode,
                self.base, .kept)
        }
    }

    /// The application that `{apply,{application,start,[Name|_]}}` starts.
    private static func startedApplication(_ instruction: Term) -> Atom? {
        guard let apply = instruction.tupleElements, apply.count == 2, apply[0].isAtom("apply"),
            let call = apply[1].tupleElements, call.count == 3, call[0].isAtom("application"), call[1].isAtom("start")
        else { return nil }
        return call[2].listElements?.first?.atomValue
    }

    // MARK: - Patterns

    private func patterns() -> [RelupTrap] {
        self.top.applications.flatMap { application -> [RelupTrap] in
            guard let other = self.base[application.name], other.version != application.version,
                let appup = application.application.appup
            else { return [] }
            return Self.patterns(
                appup.entries(self.mode).map(\.key), application: application.application, version: other.version
            )
            .map { kind in RelupTrap(kind(self.appups, self.mode), self.mode, self.base, .kept) }
        }
    }

    /// Patterns among the keys of an appup that fail in a way their author cannot have meant: those before the key that
    /// fits, and those that match no text, wherever they stand.
    static func patterns(
        _ keys: [Appup.Key], application: Application, version: ApplicationVersion
    ) -> [(AppupSources, UpgradeMode) -> RelupTrap.Kind] {
        var kinds: [(AppupSources, UpgradeMode) -> RelupTrap.Kind] = []
        var isDecided = false
        let (name, file) = (application.name, application.appupFile)
        for key in keys {
            switch key {
            case .exact(let text):
                if text.utf8.elementsEqual(version.text.utf8) { isDecided = true }
            case .pattern(let text):
                guard let pattern = try? VersionPattern(text) else { continue }
                if pattern.matchesNothing {
                    kinds.append { sources, mode in
                        .patternMatchesNothing(name, pattern, at: sources.place(file, mode, key))
                    }
                } else if !isDecided, let isHit = try? pattern.matches(version.text) {
                    if isHit {
                        isDecided = true
                    } else if (try? pattern.covers(version.text)) == true {
                        let found = try? pattern.firstMatch(in: version.text)
                        kinds.append { sources, mode in
                            .patternFindsLess(
                                name, pattern, version: version, found: found, at: sources.place(file, mode, key))
                        }
                    }
                }
            }
        }
        return kinds
    }
}
