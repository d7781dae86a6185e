package import ErlangTerms

/// A function of a module as its code says it is.
package struct CompiledFunction: Hashable, Sendable {
    package let name: Atom
    /// With the free variables, if the compiler made it of a `fun`.
    package let arity: Int
    package let isExported: Bool
    /// The compiler made it of a `fun` expression or a comprehension in the function named here; see
    /// ``GeneratedName``.
    package let generatedFor: Origin?
    /// Of its instructions with everything they refer to; see ``ModuleCode``.
    package let digest: CodeDigest
    /// Functions of this module that it calls: their numbers in ``ModuleCode/functions``, ascending.
    package let localCalls: [Int]
    /// Functions that it calls by their module's name, this module's among them, and built-in functions: their numbers
    /// in ``ModuleCode/imports``, ascending.
    package let remoteCalls: [Int]
    /// Those of them that return into this function, so that its code stays in use while they last.
    package let returningCalls: [Int]
    /// The functions of this module that it makes funs of: their numbers in ``ModuleCode/functions``, ascending.
    package let funs: [Int]
    /// It waits for messages itself.
    package let receives: Bool
    /// It waits for messages, and local tail calls lead from it back to it: a process may stay in this version of the
    /// code for ever.
    package internal(set) var hasLocalReceiveLoop: Bool
    /// `-on_load` names it.
    package let isOnLoad: Bool

    /// The function of the source that a generated one belongs to.
    package struct Origin: Hashable, Sendable {
        package let name: Atom
        package let arity: Int

        package init(name: Atom, arity: Int) {
            self.name = name
            self.arity = arity
        }
    }
}

/// The names that the compiler gives functions of its own (`v3_core`, `v3_kernel`, `cerl_inline`):
///
///     -init/1-fun-0-    -init/1-lc$^0/1-0-    -init/1-anonymous-0-    -fun.init/1-    -inlined-init/1-
enum GeneratedName {
    /// The function that a name was made for, or nil if it is one that a programmer wrote.
    static func origin(of name: Atom) -> CompiledFunction.Origin? {
        let text = name.name.utf8
        guard text.count > 4, text.first == UInt8(ascii: "-"), text.last == UInt8(ascii: "-") else { return nil }
        let bytes = Array(text.dropFirst())
        var position = 0
        // A name may itself have a slash; the first one that a number and a hyphen follow ends it.
        while let slash = bytes[position...].firstIndex(of: UInt8(ascii: "/")) {
            var end = slash + 1
            var arity = 0
            while end < bytes.count, arity <= 255, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[end]) {
                arity = arity * 10 + Int(bytes[end] - UInt8(ascii: "0"))
                end += 1
            }
            if end > slash + 1, arity <= 255, end < bytes.count, bytes[end] == UInt8(ascii: "-") {
                return CompiledFunction.Origin(name: self.base(bytes[..<slash]), arity: arity)
            }
            position = slash + 1
        }
        return nil
    }

    /// Without what the compiler puts before the name of a function that it wraps or inlines.
    private static func base(_ bytes: ArraySlice<UInt8>) -> Atom {
        for prefix in ["fun.", "inlined-"] where bytes.starts(with: prefix.utf8) {
            return Atom(String(decoding: bytes.dropFirst(prefix.utf8.count), as: UTF8.self))
        }
        return Atom(String(decoding: bytes, as: UTF8.self))
    }
}
