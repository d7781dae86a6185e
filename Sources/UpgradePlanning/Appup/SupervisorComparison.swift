import ErlangTerms
import ReleaseModel

/// What becomes of a supervisor's children when its processes go from one version of its code to another.
///
/// On a code change a supervisor runs `init/1` again and takes the new specifications of children that it has already,
/// whose processes run on; it takes new specifications without starting anybody, and keeps those that have vanished, with
/// their processes (`supervisor:update_childspec/2`).
struct SupervisorComparison {
    /// Children to start, in the order of starting.
    var added: [ChildSpecification] = []
    /// Children to end, the last started first.
    var removed: [ChildSpecification] = []
    /// Children that cannot be said to be new or gone, because they are there under a condition, or because more children
    /// may be there than can be read.
    var perhapsAdded: [ChildSpecification] = []
    var perhapsRemoved: [ChildSpecification] = []
    var changed: [ChildChange] = []
    /// The common children, in both orders, when these differ.
    var reordered: (before: [Term], after: [Term])?

    /// A child with another specification than before.
    struct ChildChange {
        let before: ChildSpecification
        let after: ChildSpecification
        /// The keys whose values differ, as in a child specification that is a map.
        let keys: [String]

        /// Whether its process is not the one that the new specification starts. Everything else takes effect with the
        /// new specification, at once.
        var needsRestart: Bool { self.keys.contains("start") || self.keys.contains("type") }
    }

    /// Why there may be more children than the comparison knows of, without repetition.
    let gaps: [String]

    init(from before: SupervisorChildren, to after: SupervisorChildren) {
        // Children that other applications specify, the same in both versions, neither come nor go, and have
        // identifiers of their own.
        let foreign = before.foreign == after.foreign ? [] : before.foreign + after.foreign
        var gaps = before.gaps + after.gaps
        gaps += foreign.map { "`\($0):child_spec/1`, a function of another application" }
        self.gaps = gaps.enumerated().filter { !gaps[..<$0].contains($1) }.map(\.element)
        let (isComplete, isCompleteAfter) = (
            before.gaps.isEmpty && foreign.isEmpty, after.gaps.isEmpty && foreign.isEmpty
        )
        for child in after.children {
            guard let old = before.child(child.id) else {
                if isComplete { self.added.append(child) } else { self.perhapsAdded.append(child) }
                continue
            }
            if old.isConditional, !child.isConditional {
                // To start what runs does nothing; but what has ended by itself must not run again.
                if child.restart == .known(.atom("permanent")) {
                    self.added.append(child)
                } else {
                    self.perhapsAdded.append(child)
                }
            }
            let keys = Self.differences(old, child)
            if !keys.isEmpty { self.changed.append(ChildChange(before: old, after: child, keys: keys)) }
        }
        for child in before.children.reversed() {
            guard let new = after.child(child.id) else {
                if isCompleteAfter { self.removed.append(child) } else { self.perhapsRemoved.append(child) }
                continue
            }
            if new.isConditional, !child.isConditional { self.perhapsRemoved.append(child) }
        }
        let orders = (
            before: before.children.map(\.id).filter { after.child($0) != nil },
            after: after.children.map(\.id).filter { before.child($0) != nil }
        )
        if orders.before != orders.after { self.reordered = orders }
    }

    private static func differences(_ old: ChildSpecification, _ new: ChildSpecification) -> [String] {
        let isOtherStart =
            old.start.module.certainlyDiffers(from: new.start.module)
            || old.start.function.certainlyDiffers(from: new.start.function)
            || old.start.arguments.certainlyDiffers(from: new.start.arguments)
        return [
            ("start", isOtherStart), ("restart", old.restart.certainlyDiffers(from: new.restart)),
            ("shutdown", old.shutdown.certainlyDiffers(from: new.shutdown)),
            ("type", old.type.certainlyDiffers(from: new.type)),
            ("modules", old.modules.certainlyDiffers(from: new.modules)),
            ("significant", old.significant.certainlyDiffers(from: new.significant)),
        ].filter(\.1).map(\.0)
    }
}
