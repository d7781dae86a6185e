import ErlangTerms
import ReleaseFiles

/// The option list of a call, without the two options that stand for the calling virtual machine.
struct OptionList {
    /// What OTP's function would see.
    let options: [Term]
    /// `{code_path, [Dir]}`: the code path of the caller.
    let codePath: [String]
    /// `{cwd, Dir}`: its working folder.
    let workingFolder: String?

    /// Options that are no list fit no clause of the functions.
    init(_ term: Term) throws(SystoolsException) {
        guard let elements = term.listElements else { throw .functionClause }
        var options: [Term] = []
        var codePath: [String] = []
        var workingFolder: String?
        for option in elements {
            switch option.pair {
            case ("code_path", let folders)?: codePath += (folders.listElements ?? []).compactMap(\.pathText)
            case ("cwd", let folder)?: workingFolder = folder.pathText
            default: options.append(option)
            }
        }
        self.options = options
        self.codePath = codePath
        self.workingFolder = workingFolder
    }

    /// Whether the option stands in the list by itself.
    func has(_ name: Atom) -> Bool { self.options.contains(.atom(name)) }

    /// The value of the first `{Name, Value}`.
    func value(_ name: Atom) -> Term? {
        for option in self.options {
            if let pair = option.pair, pair.name == name { return pair.value }
        }
        return nil
    }

    /// An option that may stand by itself or as `{Name, true}` (`systools_relup:get_opt/2`).
    func flag(_ name: Atom) -> Bool { self.value(name).map { $0 == .atom("true") } ?? self.has(name) }

    /// The texts of a list of strings, or of atoms, which count as strings.
    func texts(_ name: Atom) -> [String] { (self.value(name)?.listElements ?? []).compactMap(\.pathText) }

    /// The text of a string; nil when the option is not given or is no string.
    func text(_ name: Atom) -> String? { self.value(name)?.stringValue }
}

extension Term {
    /// The elements of a pair whose first one is an atom.
    var pair: (name: Atom, value: Term)? {
        guard let elements = self.tupleElements, elements.count == 2, let name = elements[0].atomValue else {
            return nil
        }
        return (name, elements[1])
    }

    /// A string, or an atom in the place of one.
    var pathText: String? { self.stringValue ?? self.atomValue?.name }
}
