package import ErlangTerms

/// The states, by name, that a `gen_statem` of a module goes through, as far as its code tells.
package struct StateNames: Hashable, Sendable {
    /// The atoms that `init/1` and the callbacks give as the next state.
    package var entered: Set<Atom>
    /// The states that its code has something for: the functions of `state_functions`, and with
    /// `handle_event_function` every atom in the module, of which any may be matched.
    package var known: Set<Atom>
    /// Whether each state is a function, without which its next event fails.
    package var areFunctions: Bool
    /// What `code_change/4` does with names, one entry for each way through it; nil where that is not clear.
    package var conversions: [Conversion]?

    package init(entered: Set<Atom>, known: Set<Atom>, areFunctions: Bool, conversions: [Conversion]?) {
        self.entered = entered
        self.known = known
        self.areFunctions = areFunctions
        self.conversions = conversions
    }

    /// A way through `code_change/4`.
    package struct Conversion: Hashable, Sendable {
        package var version: StateConversion.Version
        /// The one name that it is for; nil for all but ``others``.
        package var name: Atom?
        package var others: Set<Atom>
        /// Whether it gives the name back as it came.
        package var keepsName: Bool

        package init(version: StateConversion.Version, name: Atom?, others: Set<Atom>, keepsName: Bool) {
            self.version = version
            self.name = name
            self.others = others
            self.keepsName = keepsName
        }

        /// Whether it gives another name for this one, on this way.
        package func renames(_ name: Atom, isUp: Bool) -> Bool {
            if self.version == (isUp ? .down : .notDown) { return false }
            if let wanted = self.name, wanted != name { return false }
            return !self.keepsName && !self.others.contains(name)
        }
    }

    /// Whether `code_change/4` of the module takes care of a name, or may do so.
    package func mayConvert(_ name: Atom, isUp: Bool) -> Bool {
        self.conversions.map { $0.contains { $0.renames(name, isUp: isUp) } } ?? true
    }
}
