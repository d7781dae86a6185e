package import ErlangTerms
package import ReleaseModel
package import UpgradePlanning

/// A pair of releases with the scripts that lead from one to the other and back: all that the rules may ask.
package struct Hop: Sendable {
    package let from: Side
    package let to: Side
    /// From ``from`` to ``to``, and back; nil where there is no script to run.
    package let up: ScriptRun?
    package let down: ScriptRun?
    /// What the code of each changed application asks for.
    package let changes: [GeneratedAppup]
    package let behaviours: BehaviourMapping
    /// Where ``up`` and ``down`` come from.
    package let origin: Origin
    /// What the appups give now, whatever the relup says.
    package let planned: Scripts

    /// One of the two releases, with its modules at hand.
    package struct Side: Sendable {
        package let snapshot: ReleaseSnapshot
        package let modules: [Atom: ModuleInRelease]

        package init(_ snapshot: ReleaseSnapshot) {
            self.snapshot = snapshot
            self.modules = snapshot.modules
        }

        package var release: Release { self.snapshot.release }
    }

    package enum Origin: Hashable, Sendable {
        /// The `relup` of the newer release.
        case relup
        /// The appups of the newer release.
        case appups
    }

    /// The scripts of both ways; nil where there is none.
    package struct Scripts: Sendable {
        package var up: [PlannedStep]?
        package var down: [PlannedStep]?

        package init(up: [PlannedStep]?, down: [PlannedStep]?) {
            self.up = up
            self.down = down
        }

        /// What a relup says of the way from and to another release; nil where it says nothing at all of it.
        package init?(_ relup: Relup?, for version: ReleaseVersion) {
            func steps(_ entries: [Relup.Entry]?) -> [PlannedStep]? {
                entries?.first { $0.version == version }?.instructions.map {
                    PlannedStep(instruction: $0, cause: Cause("it stands in the relup"))
                }
            }
            let (up, down) = (steps(relup?.up), steps(relup?.down))
            guard up != nil || down != nil else { return nil }
            self.init(up: up, down: down)
        }
    }

    package init(
        from: Side, to: Side, scripts: Scripts, origin: Origin = .appups, planned: Scripts,
        changes: [GeneratedAppup], behaviours: BehaviourMapping = BehaviourMapping()
    ) {
        self.from = from
        self.to = to
        self.up = scripts.up.map { ScriptRun($0, .up, source: from, target: to) }
        self.down = scripts.down.map { ScriptRun($0, .down, source: to, target: from) }
        self.origin = origin
        self.planned = planned
        self.changes = changes
        self.behaviours = behaviours
    }

    /// The scripts that there are, up first.
    package var runs: [ScriptRun] { [self.up, self.down].compactMap(\.self) }
}
