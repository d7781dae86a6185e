import ErlangTerms
package import ReleaseModel

/// What becomes of processes in older code of a module that is exchanged, where its code shows that there can be some.
///
/// A process in a receive loop that goes on by local calls stays in the version that it was started with. Of a module the
/// runtime system keeps two versions, so that one exchange leaves such a process alone and the next one meets it. What
/// OTP does then (`release_handler`, `release_handler_1`):
///
/// | method | asked about | `brutal_purge` | `soft_purge` |
/// |---|---|---|---|
/// | the first | processes left behind by the exchange before, at the start | kills them | refuses the whole upgrade with `old_processes`; nothing has happened yet |
/// | the second | processes that this exchange leaves behind, once the release is made permanent | kills them | waits until they have ended |
///
/// The short forms mean `brutal_purge` twice, which is right for code that nobody is in for longer than a call. The
/// second method is `soft_purge` where the version that a script leaves has a loop: its processes run now. The first one is
/// where either version has one: those who are left behind come from the version that the script leads to, if the last
/// exchange was the other way, and otherwise from one before, which the compared code does not show; the version that
/// the script leaves is the nearest to it.
///
/// Processes that answer `sys` do not count: their exchange takes them into the newer code. So of a callback module only
/// those loops count that it starts processes in (``CallbackWaits/spawnedLoops``); others run in its callbacks, and end with
/// them. Processes that it starts are mostly linked to its own: killed, they would take those along. Neither does a fun
/// that somebody holds count: it keeps no code from being purged, whatever the method.
package struct PurgeMethods: Hashable, Sendable {
    /// Whether the second is `soft_purge`; the first always is.
    let isSecondSoft: Bool

    /// Nil where the short form says it.
    init?(_ change: ModuleChange, _ mode: UpgradeMode) {
        let (source, target) = Self.loops(change, mode)
        if source == nil, target == nil { return nil }
        self.isSecondSoft = source != nil
    }

    /// The loops of the versions that a script leaves and leads to.
    private static func loops(
        _ change: ModuleChange, _ mode: UpgradeMode
    ) -> (source: ModuleFacts.FunctionName?, target: ModuleFacts.FunctionName?) {
        switch change.kind {
        case .changed(let old, let new, _):
            let (before, after) = (self.loop(old, change.oldRoles), self.loop(new, change.newRoles))
            return mode == .up ? (before, after) : (after, before)
        case .deleted(let old): return mode == .up ? (self.loop(old, change.oldRoles), nil) : (nil, nil)
        case .added(let new): return mode == .down ? (self.loop(new, change.newRoles), nil) : (nil, nil)
        }
    }

    /// The function of the source in which processes stay.
    package static func loop(_ facts: ModuleFacts, _ roles: ModuleRoles?) -> ModuleFacts.FunctionName? {
        guard case .functions(let functions, _) = facts.code, let roles else { return nil }
        guard roles.all.allSatisfy({ $0.anyKind == nil }) else { return facts.waits.spawnedLoops.first }
        return functions.lazy.filter(\.hasLocalReceiveLoop).map { $0.generatedFor ?? $0.name }.min()
    }

    /// The methods before and after the exchange.
    var pair: PurgePair { PurgePair(before: .soft, after: self.isSecondSoft ? .soft : .brutal) }

    // MARK: - Causes

    /// Why the methods are chosen, or whom the removal of a module hits, which takes no methods.
    static func causes(of change: ModuleChange, _ mode: UpgradeMode) -> [Cause] {
        switch (change.kind, self.loops(change, mode)) {
        case (.changed, (let loop?, _)):
            return [
                Cause(
                    """
                    processes in `\(loop)` call it locally and so stay in their version: soft_purge spares those that \
                    this exchange leaves behind, and refuses it while the one before has left any
                    """)
            ]
        case (.changed, (nil, let loop?)):
            return [
                Cause(
                    """
                    processes in `\(loop)` of the other version may be left by an exchange the other way: soft_purge \
                    refuses this one while they live
                    """)
            ]
        case (.deleted, (let loop?, _)), (.added, (let loop?, _)):
            return [Cause("kills the processes in `\(loop)`: a module that goes is purged at once")]
        case (.changed, (nil, nil)), (.deleted, (nil, _)), (.added, (nil, _)): return []
        }
    }
}
