import ErlangTerms
import ReleaseModel

/// How long an update is to wait for the processes of a module to stop, where the code shows that they can take longer than
/// the five seconds of `sys:suspend/1`.
///
/// A process that is in a callback answers when the callback returns. OTP gives up on one that has not answered in time and
/// goes on (`release_handler_1:suspend/3`): its state is not converted, and it works with the old state in the new code.
/// So the update gets the time of the longest wait and five seconds for the rest of the callback; one minute at most,
/// because all processes that are suspended together stand still meanwhile, and their callers with them. It is a limit:
/// nobody waits longer than the callback takes.
///
/// It is the version that a script leaves whose callbacks run when the processes are to stop: the older one on the way up,
/// the newer one on the way down.
struct SuspensionTime: Hashable, Sendable {
    let callback: ModuleFacts.FunctionName
    let wait: CallbackWaits.Wait

    /// What `sys:suspend/1` waits, in milliseconds.
    static let standard = 5000
    /// The longest that an update is given here.
    static let longest = 60000

    /// Nil where the default will do, and for modules that only one version has.
    init?(_ change: ModuleChange, _ mode: UpgradeMode) {
        guard case .changed(let old, let new, _) = change.kind else { return nil }
        let (facts, roles) = mode == .up ? (old, change.oldRoles) : (new, change.newRoles)
        let kinds = Set((roles?.all ?? []).compactMap(\.anyKind))
        let callbacks = Set(kinds.flatMap { facts.waits.callbacks(of: $0) })
        var longest: (callback: ModuleFacts.FunctionName, wait: CallbackWaits.Wait)?
        for callback in callbacks.sorted() {
            guard let wait = facts.waits.longest[callback] else { continue }
            if let known = longest, Self.length(wait) <= Self.length(known.wait) { continue }
            longest = (callback, wait)
        }
        guard let longest else { return nil }
        (self.callback, self.wait) = (longest.callback, longest.wait)
    }

    private static func length(_ wait: CallbackWaits.Wait) -> Int { wait.milliseconds ?? .max }

    /// What the update is given.
    var milliseconds: Int {
        // Compared first: a wait may be as long as an integer.
        guard let wait = self.wait.milliseconds, wait < Self.longest - Self.standard else { return Self.longest }
        return wait + Self.standard
    }

    /// Whether a time that a person chose is shorter than what is known of the wait. Of a wait without an end nothing is
    /// known but that the default was not meant for it.
    func isLonger(than timeout: SuspendTimeout) -> Bool {
        let needed = self.wait.milliseconds.map { min($0, Self.longest) } ?? (Self.standard + 1)
        return switch timeout {
        case .standard: true
        case .infinity: false
        case .milliseconds(.integer(let chosen)): chosen < needed
        // More than a word.
        case .milliseconds: false
        }
    }

    // MARK: - Texts

    /// "`handle_call/3` may wait 30000 ms in `gen_server:call/3`".
    var text: String {
        let time = self.wait.milliseconds.map { "\($0) ms" } ?? "for ever"
        let place = self.wait.function == self.callback ? "" : " in `\(self.wait.function)`"
        guard let call = self.wait.call else {
            return "`\(self.callback)` may wait \(time) for a message\(place.isEmpty ? " in a `receive`" : place)"
        }
        return "`\(self.callback)` may wait \(time) in `\(Self.name(call))`"
            + (place.isEmpty ? "" : ", called\(place)")
    }

    private static func name(_ call: ModuleFacts.ImportedFunction) -> String {
        let module = call.module.name
        guard module.hasPrefix("Elixir.") else { return "\(module):\(call.function)/\(call.arity)" }
        return "\(module.dropFirst(7)).\(call.function)/\(call.arity)"
    }

    /// Why the update has the time.
    var cause: Cause {
        let isBounded = self.wait.milliseconds.map { $0 > Self.longest - Self.standard } ?? true
        let limit = isBounded ? "; more than a minute is not given, since others stand still meanwhile" : ""
        return Cause("suspended within \(self.milliseconds) ms: \(self.text)\(limit)")
    }
}
