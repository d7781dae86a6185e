import Diagnostics
import ErlangTerms

/// relx's settings of a `rebar.config` with those of profiles, merged as rebar3 does it.
///
/// For each profile in turn (`rebar_opts:merge_opts/3`, `rebar_utils:tup_umerge/2`): sorted by key; of one key, the
/// settings that there were come first and those of the profile, which so win, behind them; nothing stands there twice. Of
/// overlays those of the profile come first; the reader takes several overlays in reverse, as rebar3 does.
struct ProfileMerge {
    /// The settings; nil when something is not a list.
    private(set) var terms: [LocatedTerm]?
    /// What should have been a list.
    private(set) var wrong: LocatedTerm?
    /// No profile sets anything, so that nothing was merged.
    private(set) var isEmpty = true
    /// Profiles that the file does not know, each with those that it does know.
    private(set) var unknown: [(name: String, known: [String])] = []

    /// Profiles that mean something to rebar3 without being written.
    private static let standing = ["default", "prod", "test"]

    init(of file: TermFile, _ names: [String]) {
        var merged: [LocatedTerm] = []
        if let section = file.terms.first(where: { $0.key == "relx" }) {
            guard section.children.count == 2, let elements = section.children[1].listElements else {
                (self.isEmpty, self.wrong) = (true, section)
                return
            }
            merged = elements
        }
        var profiles: [(name: String, settings: [LocatedTerm])] = []
        for entry in file.terms where entry.key == "profiles" {
            for profile in entry.children.dropFirst().first?.listElements ?? [] {
                guard let name = profile.key, let settings = profile.children.dropFirst().first?.listElements else {
                    continue
                }
                profiles.append((name.name, settings))
            }
        }
        for name in names {
            let chosen = profiles.filter { $0.name == name }
            if chosen.isEmpty, !Self.standing.contains(name) { self.unknown.append((name, profiles.map(\.name))) }
            for section in chosen.flatMap(\.settings) where section.key == "relx" {
                self.isEmpty = false
                guard section.children.count == 2, let elements = section.children[1].listElements else {
                    self.wrong = section
                    return
                }
                merged = Self.merge(elements, over: merged)
            }
        }
        self.terms = merged
    }

    private static func merge(_ new: [LocatedTerm], over old: [LocatedTerm]) -> [LocatedTerm] {
        func isOverlay(_ term: LocatedTerm) -> Bool { term.key == "overlay" }
        return self.union(new.filter(isOverlay), old.filter(isOverlay))
            + self.union(old.filter { !isOverlay($0) }, new.filter { !isOverlay($0) })
    }

    /// Both lists sorted by key, of one key the first list's elements first, nothing twice; with an empty first list, what is
    /// twice in the second one stays, as with rebar3.
    private static func union(_ first: [LocatedTerm], _ second: [LocatedTerm]) -> [LocatedTerm] {
        var seen: Set<Term> = []
        let all = first.isEmpty ? second : (first + second).filter { seen.insert($0.term).inserted }
        let sorted = all.enumerated().sorted { left, right in
            switch TermOrder.compare(self.key(left.element), self.key(right.element)) {
            case .less: true
            case .greater: false
            case .equal: left.offset < right.offset
            }
        }
        return sorted.map(\.element)
    }

    private static func key(_ located: LocatedTerm) -> Term {
        if case .tuple(let elements) = located.term, let first = elements.first { return first }
        return located.term
    }
}
