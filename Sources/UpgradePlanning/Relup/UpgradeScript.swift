package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// One script that goes into a translation: instructions as they were written, and who wrote them.
///
/// The instructions are raw terms, because OTP checks their grammar only after it has expanded and merged the scripts of
/// all applications, and its errors depend on that order.
package struct UpgradeScript: Hashable, Sendable {
    package var instructions: [Term]
    package var origin: Origin
    /// What led to each instruction, as the appup generator said; shorter than `instructions` where nothing is known.
    package var causes: [Cause]
    /// Where each instruction is written; shorter than `instructions` where it is not known.
    package var places: [Diagnostic.Place]

    /// Who asks for the instructions of a script.
    package enum Origin: Hashable, Sendable {
        /// An entry of an application's `.appup` file.
        case appup(AppupEntry)
        /// The target release has this application, the source release has not.
        case applicationAdded(Atom)
        /// The source release has this application, the target release has not.
        case applicationRemoved(Atom)
        /// The releases run on different runtime systems; versions in the direction of the script.
        case runtimeChanged(from: String, to: String)
        /// The option `restart_emulator` of `make_relup`.
        case restartOption
        /// Somebody who called the translation directly; the number tells the scripts of one call apart.
        case caller(Int)
    }

    /// The entry of an appup that a script comes from.
    package struct AppupEntry: Hashable, Sendable {
        package var application: Atom
        /// Path of the `.appup` file.
        package var file: String
        /// The version that runs before this script, and the one that runs after it.
        package var from: String
        package var to: String
        /// The key of the entry that matched.
        package var key: Appup.Key
        /// Whether the file lies in the project, not in the application.
        package var isOfProject: Bool

        package init(
            application: Atom, file: String, from: String, to: String, key: Appup.Key, isOfProject: Bool = false
        ) {
            self.application = application
            self.file = file
            self.from = from
            self.to = to
            self.key = key
            self.isOfProject = isOfProject
        }
    }

    package init(_ instructions: [Term], origin: Origin, causes: [Cause] = [], places: [Diagnostic.Place] = []) {
        self.instructions = instructions
        self.origin = origin
        self.causes = causes
        self.places = places
    }
}

/// What the translation needs to know of an application of the release before or after the script.
package struct TranslatedApplication: Hashable, Sendable {
    package var name: Atom
    package var version: String
    /// In the order of the `.app` file, which is the order of loading and removing.
    package var modules: [Atom]
    package var type: StartType

    package init(name: Atom, version: String, modules: [Atom], type: StartType = .permanent) {
        self.name = name
        self.version = version
        self.modules = modules
        self.type = type
    }

    /// Reads the record `#application{}` of systools, as `translate_scripts/4` gets it; nil for anything else.
    package init?(record: Term) {
        guard let fields = record.tupleElements, fields.count == 17, fields[0].isAtom("application"),
            let name = fields[1].atomValue, let version = fields[3].stringValue,
            let type = fields[2].atomValue.flatMap({ StartType(rawValue: $0.name) }),
            let modules = fields[6].listElements
        else { return nil }
        let names = modules.compactMap(\.atomValue)
        guard names.count == modules.count else { return nil }
        self.init(name: name, version: version, modules: names, type: type)
    }

    package init(_ resolved: ResolvedApplication) {
        let specification = resolved.application.specification
        self.init(
            name: specification.name.atom, version: specification.version.text,
            modules: specification.modules.map(\.atom), type: resolved.type)
    }
}

/// The place of an instruction among the scripts of one translation.
struct InstructionSource: Hashable, Sendable {
    /// Index of the script.
    var script: Int
    /// Index of the instruction in its script.
    var index: Int
}

/// A value on its way through the translation, with the instruction it came from.
struct Sourced<Value: Sendable>: Sendable {
    var value: Value
    var source: InstructionSource

    init(_ value: Value, _ source: InstructionSource) {
        self.value = value
        self.source = source
    }
}
