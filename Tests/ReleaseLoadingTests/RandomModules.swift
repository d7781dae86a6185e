import SystemPackage
import TestSupport

/// Makes questions for a cross reference with modules of their own, some of them damaged.
struct RandomModules {
    private var generator: SeededGenerator
    private let folder: FilePath
    /// Shell commands that lay the sources out.
    private(set) var script: String

    init(seed: UInt64, folder: FilePath) {
        self.generator = SeededGenerator(seed: seed)
        self.folder = folder
        self.script = "set -e\n"
    }

    /// Compiles every `.erl` file where it lies, does what the file beside it says, and removes the source.
    static let compilation = """
        [begin
            Dir = filename:dirname(Source),
            Beam = filename:rootname(Source) ++ ".beam",
            {ok, _} = compile:file(Source, [{outdir, Dir}, return_errors]),
            {ok, Bytes} = file:read_file(Beam),
            Size = byte_size(Bytes),
            case file:consult(Source ++ ".damage") of
                {ok, [strip]} -> {ok, _} = beam_lib:strip(Beam);
                {ok, [compress]} -> ok = file:write_file(Beam, zlib:gzip(Bytes));
                {ok, [{cut, N}]} -> ok = file:write_file(Beam, binary:part(Bytes, 0, min(N, Size)));
                {ok, [{copy, To}]} -> {ok, _} = file:copy(Beam, filename:join(Dir, To));
                {ok, [{rename, To}]} -> ok = file:rename(Beam, filename:join(Dir, To));
                {ok, [{without, Name}]} ->
                    {ok, _, Chunks} = beam_lib:all_chunks(Beam),
                    {ok, New} = beam_lib:build_module(lists:keydelete(Name, 1, Chunks)),
                    ok = file:write_file(Beam, New);
                _ -> ok
            end
        end || Source <- filelib:wildcard(Folder ++ "/**/*.erl")]
        """

    /// Lays the files of a question out in the folder of its number.
    mutating func next(_ number: Int) -> UndefinedFunctionsTests.Question {
        let folders = ["a/ebin", "b/ebin", "c", "l/ebin", "k"].map { "\(number)/\($0)" }
        self.script += folders.map { "mkdir -p \($0)\n" }.joined()
        for module in 0..<7 {
            for folder in folders where self.one(in: 5) { self.write("m\(module)", in: folder, suffix: number) }
        }
        if self.one(in: 15) { self.script += "ln -s nowhere \(self.any(of: folders))/broken.beam\n" }
        if self.one(in: 15) { self.script += "mkdir \(self.any(of: folders))/folder.beam\n" }
        if self.one(in: 15) { self.script += "echo 'no module' >\(self.any(of: folders))/m1.beam\n" }
        if self.one(in: 20) { self.script += "mkfifo \(self.any(of: folders))/pipe.beam\n" }
        if self.one(in: 15) { self.script += "touch \(self.any(of: folders))/.beam\n" }
        let path = folders.map { "\(self.folder)/\($0)" }
        var applications = [(name: "a", folder: path[0]), (name: "b", folder: path[1]), (name: "c", folder: path[2])]
        if self.one(in: 12) { applications.append((name: "a", folder: path[3])) }
        if self.one(in: 12) { applications[0].folder = "\(self.folder)/\(number)/a" }
        if self.one(in: 20) { applications[1].folder += "/nowhere" }
        if self.one(in: 40) { applications[1].folder = "\(self.folder)/\(number)/a/ebin/m1.erl" }
        var libraries = [path[3], path[4]].shuffled(using: &self.generator)
        if self.one(in: 5) { libraries.append(path[2]) }
        if self.one(in: 20) { libraries.insert("\(self.folder)/\(number)/nowhere", at: 1) }
        return .init(applications: applications, libraries: libraries)
    }

    private mutating func write(_ name: String, in folder: String, suffix: Int) {
        let functions = [("f", 0), ("f", 1), ("g", 2), ("behaviour_info", 1)].filter { _ in !self.one(in: 3) }
        var lines = ["-module(\(name)).", "-export([\(functions.map { "\($0.0)/\($0.1)" }.joined(separator: ","))])."]
        let isLoaded = self.one(in: 6)
        if isLoaded { lines.append("-on_load(start/0).") }
        if self.one(in: 8) { lines.append("-abstract(true).") }
        if self.one(in: 8), functions.contains(where: { $0 == ("f", 0) }) {
            lines.append("-deprecated([{f, 0, next_version}]).")
        }
        let calls = (0..<6).map { _ in self.call() }.joined(separator: ", ")
        for (index, (function, arity)) in functions.enumerated() {
            let parameters = Array(repeating: "_", count: arity).joined(separator: ",")
            lines.append("\(function)(\(parameters)) -> \(index == 0 ? calls : "ok").")
        }
        if isLoaded { lines.append("start() -> ok.") }
        let file = "\(folder)/\(name).erl"
        self.script += "cat >\(file) <<'END'\n\(lines.joined(separator: "\n"))\nEND\n"
        if let damage = self.damage(name) { self.script += "echo '\(damage).' >\(file).damage\n" }
    }

    private mutating func call() -> String {
        let module = "m\(Int.random(in: 0...8, using: &self.generator))"
        let calls = [
            "\(module):f()", "\(module):f(1)", "\(module):g(1, 2)", "\(module):h()", "\(module):module_info()",
            "\(module):module_info(exports)", "\(module):behaviour_info(callbacks)", "\(module):new(1)",
            "erlang:abs(-1)", "erlang:apply(m, f, [])", "erlang:nothing()", "lists:reverse([])", "lists:nothing()",
            "ets:lookup(t, k)", "(fun \(module):h/3)(1, 2, 3)", "(self()):f()", "\(module):f(1, 2, 3, 4)",
            "erts_debug:apply(a, b, c, d)", "'\u{e5} x':'\u{1f600}'()", "erlang:yield()", "self()",
        ]
        return self.any(of: calls)
    }

    private mutating func damage(_ name: String) -> String? {
        switch Int.random(in: 0..<70, using: &self.generator) {
        case 0: "strip"
        case 1, 2, 3: "compress"
        case 4: "{cut, \(Int.random(in: 0...150, using: &self.generator))}"
        case 5: "{copy, \"copied.beam\"}"
        case 6: "{rename, \"m9.beam\"}"
        case 7: "{without, \"\(self.any(of: ["ExpT", "ImpT", "Attr", "Dbgi", "LocT"]))\"}"
        default: nil
        }
    }

    private mutating func any(of choices: [String]) -> String {
        choices[Int.random(in: 0..<choices.count, using: &self.generator)]
    }

    private mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self.generator) == 0 }
}
