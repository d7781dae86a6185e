import ErlangTerms

/// Writes low-level scripts in a few words, one instruction after another with semicolons between:
///
///     loc t-2 [a,b]; PONR; load a; suspend [{b,infinity}]; code_change up [{b,x}]; resume [b]; start t permanent
///
/// `load` and `remove` purge brutally unless two other methods follow; `apply 1` calls `m:f(1)`.
func script(_ shorthand: String) throws -> [Term] {
    try shorthand.split(separator: ";").map { part in
        let words = part.split(whereSeparator: \.isWhitespace).map(String.init)
        return try TermText.parseTerm(instruction(words))
    }
}

private func instruction(_ words: [String]) -> String {
    let rest = words.dropFirst().joined(separator: " ")
    switch words[0] {
    case "loc":
        let dash = words[1].firstIndex(of: "-") ?? words[1].endIndex
        let (name, version) = (words[1][..<dash], words[1][dash...].dropFirst())
        return "{load_object_code,{\(name),\"\(version)\",\(words.dropFirst(2).joined())}}"
    case "PONR": return "point_of_no_return"
    case "load", "remove":
        let purges = words.count == 4 ? "\(words[2])_purge,\(words[3])_purge" : "brutal_purge,brutal_purge"
        return "{\(words[0]),{\(words[1]),\(purges)}}"
    case "code_change": return "{code_change,\(words[1]),\(words.dropFirst(2).joined())}"
    case "apply": return "{apply,{m,f,[\(rest)]}}"
    case "start" where words.count == 3: return "{apply,{application,start,[\(words[1]),\(words[2])]}}"
    case "stop", "unload": return "{apply,{application,\(words[0]),[\(rest)]}}"
    case "load_application": return "{apply,{application,load,[\(rest)]}}"
    case "restart_emulator", "restart_new_emulator": return words[0]
    default: return "{\(words[0]),\(rest)}"
    }
}

/// Scripts in full, as Erlang text: a list of lists.
func scripts(_ text: String) throws -> [[Term]] {
    try (TermText.parseTerm(text).listElements ?? []).map { $0.listElements ?? [] }
}
