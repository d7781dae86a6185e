import ErlangTerms
import ReleaseFiles

/// Releases that were found to matter, by thought or by the random ones, as text.
enum ParticularReleases {
    static func all() throws -> [SystoolsCase] {
        try self.sorting() + self.inclusions() + self.clashes() + self.releaseFiles() + self.applicationFiles()
            + self.versions() + self.paths()
    }

    // MARK: - Making cases

    /// `entries` follow kernel, stdlib and sasl; `applications` are the rest of `{application, Name, […]}` after the
    /// keys every one must have, with `%` for the name.
    private static func make(
        _ name: String, _ entries: String, _ applications: [(String, String)],
        _ options: SystoolsCase.Options = .init()
    ) throws -> SystoolsCase {
        try self.make(
            name,
            release: "{release,{\"t\",\"1\"},{erts,\"13.1.5\"},[\(self.base)\(entries.isEmpty ? "" : ",")\(entries)]}",
            files: applications.map { name, more in (name, self.application(name, more)) }, options)
    }

    private static let base = "{kernel,\"1.0\"},{stdlib,\"1.0\"},{sasl,\"1.0\"}"

    private static func make(
        _ name: String, release: String, files: [(String, String)], _ options: SystoolsCase.Options = .init()
    ) throws -> SystoolsCase {
        let libraries = [
            ("kernel", self.application("kernel", "{modules,[kernel,file,zz,aa]}", uses: "[]")),
            ("stdlib", self.application("stdlib", "{modules,[lists,'Ω','ä',zip]}", uses: "[kernel]")),
            ("sasl", self.application("sasl", "")),
        ]
        return SystoolsCase(
            name: name, release: try TermText.parseTerm(release),
            files: try (libraries + files).enumerated().map { index, file in
                .init(folder: "\(file.0)-\(index)", name: file.0, term: try TermText.parseTerm(file.1))
            }, options: options)
    }

    /// The first occurrence of a key counts, so `more` goes first.
    private static func application(_ name: String, _ more: String, uses: String = "[kernel,stdlib]") -> String {
        "{application,\(name),[\(more)\(more.isEmpty ? "" : ",")"
            + "{description,\"\"},{vsn,\"1.0\"},{modules,[]},{registered,[]},{applications,\(uses)}]}"
    }

    private static func entries(_ names: String) -> String {
        names.split(separator: " ").map { "{\($0),\"1.0\"}" }.joined(separator: ",")
    }

    // MARK: - Cases

    private static func sorting() throws -> [SystoolsCase] {
        let chain = [
            ("a", "{applications,[b,c]}"), ("b", "{applications,[d]}"), ("c", "{applications,[d]}"), ("d", ""),
        ]
        return [
            // Dependencies move in front of the first one that needs them, in the order of the .rel file.
            try self.make("diamond", self.entries("a c b d"), chain),
            try self.make("libraries_first", self.entries("d b a c"), chain),
            try self.make("uses_itself", self.entries("a"), [("a", "{applications,[a,kernel]}")]),
            try self.make(
                "two_circle", self.entries("a b"), [("a", "{applications,[b]}"), ("b", "{applications,[a]}")]),
            try self.make(
                "three_circle_and_tail", self.entries("x c a b"),
                [
                    ("a", "{applications,[b]}"), ("b", "{applications,[c]}"), ("c", "{applications,[a]}"),
                    ("x", "{applications,[a]}"),
                ]),
            try self.make(
                "two_circles", self.entries("a b c d"),
                [
                    ("a", "{applications,[b]}"), ("b", "{applications,[a,c]}"), ("c", "{applications,[d]}"),
                    ("d", "{applications,[c]}"),
                ]),
            try self.make(
                "optional_there_and_not", self.entries("a b"),
                [("a", "{applications,[x,b,kernel]},{optional_applications,[b,x]}"), ("b", "")]),
            // Optional ones that are not among the uses mean nothing.
            try self.make(
                "optional_without_use", self.entries("a b"), [("a", "{optional_applications,[b,x]}"), ("b", "")]),
            // One use, taken twice: OTP 25 reports it as undefined although it is there.
            try self.make("used_twice", self.entries("a b"), [("a", "{applications,[b,b]}"), ("b", "")]),
            try self.make(
                "optional_used_twice", self.entries("a"),
                [("a", "{applications,[x,x]},{optional_applications,[x]}")]),
            try self.make("listed_twice", self.entries("a b a"), [("a", "{applications,[b]}"), ("b", "")]),
            try self.make(
                "listed_twice_in_a_circle", self.entries("a b a"),
                [("a", "{applications,[b]}"), ("b", "{applications,[a]}")]),
            try self.make("listed_twice_with_modules", self.entries("a a"), [("a", "{modules,[m]}")]),
            try self.make(
                "not_started", "{a,\"1.0\"},{b,\"1.0\",load},{c,\"1.0\",none},{d,\"1.0\",temporary}",
                [("a", "{applications,[b,c,d]}"), ("b", ""), ("c", ""), ("d", "")]),
        ]
    }

    private static func inclusions() throws -> [SystoolsCase] {
        let nest = [
            ("aa", "{applications,[ca]}"), ("ca", "{included_applications,[aa]}"),
            ("ct", "{included_applications,[ca]}"),
        ]
        let tree = [
            ("top", "{included_applications,[low,mid]}"), ("mid", "{included_applications,[deep]}"), ("low", ""),
            ("deep", "{applications,[top,mid,low,user]}"), ("user", ""),
        ]
        return [
            // The false alarm: legal in every order, accepted in some.
            try self.make("nest_inside_out", self.entries("aa ca ct"), nest),
            try self.make("nest_middle_first", self.entries("ca aa ct"), nest),
            try self.make("nest_outside_in", self.entries("ct ca aa"), nest),
            try self.make("tree", self.entries("user deep low mid top"), tree),
            try self.make("tree_top_first", self.entries("top user deep low mid"), tree),
            // Uses of included applications become uses of their tops, once.
            try self.make(
                "rewritten", self.entries("u deep low mid top user"),
                tree + [("u", "{applications,[deep,kernel,low]}")]),
            try self.make(
                "rewritten_with_top", self.entries("u deep low mid top user"),
                tree + [("u", "{applications,[low,top,deep]}")]),
            try self.make(
                "rewritten_circle", self.entries("user deep low mid top"),
                tree.dropLast() + [("user", "{applications,[low]}")]),
            try self.make(
                "included_and_used", self.entries("a b"),
                [("a", "{applications,[b]},{included_applications,[b]}"), ("b", "")]),
            try self.make(
                "includes_nowhere", self.entries("a"), [("a", "{included_applications,[x,y,x]}")]),
            try self.make(
                "included_by_three", self.entries("a b c x"),
                [
                    ("a", "{included_applications,[x]}"), ("b", "{included_applications,[x]}"),
                    ("c", "{included_applications,[x]}"), ("x", ""),
                ]),
            try self.make(
                "included_twice_by_one", self.entries("a x"), [("a", "{included_applications,[x,x]}"), ("x", "")]),
            try self.make("override_with_nothing", "{top,\"1.0\",[]},\(self.entries("low mid deep user"))", tree),
            try self.make("override_with_some", "{top,\"1.0\",load,[mid]},\(self.entries("low mid deep user"))", tree),
            try self.make(
                "override_unlisted", "{top,\"1.0\",[mid,x,low,y]},\(self.entries("low mid deep user"))", tree),
            try self.make(
                "override_of_the_first_entry", "{top,\"1.0\",[mid]},{top,\"1.0\"},\(self.entries("low mid deep user"))",
                tree),
            try self.make("override_order", "{top,\"1.0\",[low,mid]},\(self.entries("mid deep low user"))", tree),
        ]
    }

    private static func clashes() throws -> [SystoolsCase] {
        [
            try self.make(
                "registered", self.entries("a b c"),
                [
                    ("a", "{registered,[z,x,y]}"), ("b", "{registered,[y,x]}"), ("c", "{registered,[x]}"),
                ]),
            try self.make("registered_twice_in_one", self.entries("a"), [("a", "{registered,[z,z]}")]),
            try self.make(
                "modules", self.entries("a b c"),
                [("a", "{modules,[z,x,y]}"), ("b", "{modules,[y,x,lists]}"), ("c", "{modules,[x]}")]),
            try self.make("modules_twice_in_one", self.entries("a"), [("a", "{modules,[z,'Ω',z]}")]),
            // Only the first failing check is reported.
            try self.make(
                "undefined_before_registered", self.entries("a b"),
                [("a", "{registered,[z]},{applications,[x]}"), ("b", "{registered,[z]}")]),
            try self.make(
                "circle_behind_modules", self.entries("a b"),
                [("a", "{modules,[z]},{applications,[b]}"), ("b", "{modules,[z]},{applications,[a]}")]),
        ]
    }

    private static func releaseFiles() throws -> [SystoolsCase] {
        let releases: [(String, String)] = [
            ("atom", "foo"), ("misspelt", "{relese,{\"t\",\"1\"},{erts,\"1\"},[\(base)]}"),
            ("three_elements", "{release,{\"t\",\"1\"},[\(base)]}"),
            ("no_names", "{release,\"t\",{erts,\"1\"},[\(base)]}"),
            ("no_erts", "{release,{\"t\",\"1\"},{ets,\"1\"},[\(base)]}"),
            ("name_atom", "{release,{t,\"1\"},{erts,\"1\"},[\(base)]}"),
            ("name_binary", "{release,{<<\"t\">>,\"1\"},{erts,\"1\"},[\(base)]}"),
            ("name_nested", "{release,{[\"t\"],\"1\"},{erts,\"1\"},[\(base)]}"),
            ("name_of_atoms", "{release,{[$a,b],\"1\"},{erts,\"1\"},[\(base)]}"),
            ("name_surrogate", "{release,{[16#d800],\"1\"},{erts,\"1\"},[\(base)]}"),
            ("name_big", "{release,{[16#110000, -1],\"1\"},{erts,\"1\"},[\(base)]}"),
            ("name_improper", "{release,{[$a|<<\"b\">>],\"1\"},{erts,\"1\"},[\(base)]}"),
            ("name_improper_crash", "{release,{[$a|b],\"1\"},{erts,\"1\"},[\(base)]}"),
            ("version_atom", "{release,{\"t\",v},{erts,\"1\"},[\(base)]}"),
            ("version_binary", "{release,{\"t\",<<\"1\">>},{erts,\"1\"},[\(base)]}"),
            ("erts_binary", "{release,{\"t\",\"1\"},{erts,<<\"1\">>},[\(base)]}"),
            ("erts_integer", "{release,{\"t\",\"1\"},{erts,1},[\(base)]}"),
            ("applications_atom", "{release,{\"t\",\"1\"},{erts,\"1\"},foo}"),
            ("applications_improper", "{release,{\"t\",\"1\"},{erts,\"1\"},[\(base)|foo]}"),
            ("applications_empty", "{release,{\"t\",\"1\"},{erts,\"1\"},[]}"),
            (
                "illegal",
                "{release,{\"t\",\"1\"},{erts,\"1\"},[x,\(base),{a},{b,\"1\",foo},{c,\"1\",load,[\"d\"]},"
                    + "{e,\"1\",[f|g]},{\"h\",\"1\"},{i,<<\"1\">>},{j,\"1\",[],load},{k,\"1\",load,[],x},{l,\"1\",7}]}"
            ),
            ("illegal_and_crash", "{release,{\"t\",\"1\"},{erts,\"1\"},[x,\(base),{a,v}]}"),
            ("illegal_type_and_crash", "{release,{\"t\",\"1\"},{erts,\"1\"},[\(base),{a,v,7}]}"),
            ("unknown_type_and_crash", "{release,{\"t\",\"1\"},{erts,\"1\"},[\(base),{a,v,foo}]}"),
            ("name_before_applications", "{release,{<<\"t\">>,\"1\"},{erts,\"1\"},[x]}"),
            ("illegal_before_mandatory", "{release,{\"t\",\"1\"},{erts,\"1\"},[x]}"),
            ("no_kernel", "{release,{\"t\",\"1\"},{erts,\"1\"},[{stdlib,\"1.0\",load}]}"),
            ("no_stdlib", "{release,{\"t\",\"1\"},{erts,\"1\"},[{kernel,\"1.0\"}]}"),
            ("kernel_load", "{release,{\"t\",\"1\"},{erts,\"1\"},[{stdlib,\"1.0\",load},{kernel,\"1.0\",load}]}"),
            ("first_kernel_counts", "{release,{\"t\",\"1\"},{erts,\"1\"},[\(base),{kernel,\"1.0\",load}]}"),
            ("no_sasl", "{release,{\"t\",\"1\"},{erts,\"1\"},[{stdlib,\"1.0\"},{kernel,\"1.0\"}]}"),
            (
                "sasl_load",
                "{release,{\"t\",\"1\"},{erts,\"1\"},[{stdlib,\"1.0\"},{kernel,\"1.0\"},{sasl,\"1.0\",load}]}"
            ),
            ("unicode", "{release,{\"tä\",\"1-Ω😀\"},{erts,\"1\"},[\(base)]}"),
        ]
        return try releases.map { try self.make("rel_\($0.0)", release: $0.1, files: []) }
    }

    private static func applicationFiles() throws -> [SystoolsCase] {
        let mandatory = ["description", "vsn", "modules", "registered", "applications"]
        var terms: [(String, String)] = [
            ("atom", "foo"), ("untagged", "{app,a,[]}"), ("string_name", "{application,\"a\",[]}"),
            ("no_list", "{application,a,b}"), ("improper", "{application,a,[{vsn,\"1.0\"}|b]}"),
            ("four", "{application,a,[],[]}"), ("empty", "{application,a,[]}"),
            ("other_name", self.application("b", "")), ("other_version", self.application("a", "{vsn,\"2\"}")),
            ("other_name_and_version", self.application("b", "{vsn,\"2\"}")),
            ("other_name_and_override", self.application("top", "{included_applications,[x]}")),
            ("junk_among_properties", self.application("a", "junk,{},[],{\"vsn\",7}")),
            ("first_key_counts", self.application("a", "{env,[{x,1}]},{env,[{x,2}]}")),
            (
                "everything",
                self.application(
                    "a",
                    """
                    {env,[{x,<<1>>},{y,#{a=>1.5}}]},{mod,{m,[z]}},{start_phases,[{p,[]}]},{maxT,5},{maxP,70},{id,"i"},
                    {runtime_dependencies,["x-1"]},{own_key,[1]}
                    """)
            ),
            ("bad_runtime_dependencies", self.application("a", "{runtime_dependencies,foo}")),
        ]
        for key in mandatory + ["id", "optional_applications", "included_applications", "env", "mod", "maxT"] {
            for (name, value) in [
                ("atom", "foo"), ("binary", "<<\"x\">>"), ("integer", "7"), ("of_strings", "[\"x\"]"),
                ("of_pairs", "[{x,1}]"),
                ("of_floats", "[1.5]"), ("empty", "[]"), ("improper", "[foo|bar]"), ("undefined", "undefined"),
                ("pair", "{m,1}"),
            ] {
                terms.append(("\(key)_\(name)", self.application("a", "{\(key),\(value)}")))
            }
            terms.append(("\(key)_without_value", self.application("a", "{\(key)}")))
            terms.append(("\(key)_two_values", self.application("a", "{\(key),[],[]}")))
        }
        for key in mandatory {
            let others = mandatory.filter { $0 != key }.map { $0 == "vsn" ? "{vsn,\"1.0\"}" : "{\($0),[]}" }
            terms.append(("no_\(key)", "{application,a,[\(others.joined(separator: ","))]}"))
        }
        for value in ["foo", "[]", "[{a,1}]", "[{a}]", "undefined", "[{\"a\",1}]", "[a]"] {
            terms.append(("start_phases_\(terms.count)", self.application("a", "{start_phases,\(value)}")))
        }
        for value in ["0", "-1", "1", "infinity", "9999999999", "1.0"] {
            terms.append(("maxP_\(terms.count)", self.application("a", "{maxP,\(value)}")))
        }
        return try terms.map { name, term in
            try self.make(
                "app_\(name)", release: "{release,{\"t\",\"1\"},{erts,\"1\"},[\(self.base),{a,\"1.0\"}]}",
                files: [("a", term)])
        }
    }

    private static func versions() throws -> [SystoolsCase] {
        let two = self.application("a", "{vsn,\"2\"}")
        let three = self.application("a", "{vsn,\"3\"}")
        let release = "{release,{\"t\",\"1\"},{erts,\"1\"},[\(self.base),{b,\"1.0\"},{a,\"3\"}]}"
        let b = ("b", self.application("b", ""))
        return [
            try self.make("version_behind_another", release: release, files: [("a", two), ("a", three), b]),
            try self.make("no_version_fits", release: release, files: [("a", two), ("a", two), b]),
            try self.make("not_found", release: release, files: [b]),
            try self.make("two_not_found", release: release, files: []),
            // The file that fits comes behind one that is no application: the search ends there.
            try self.make("broken_in_front", release: release, files: [("a", "{application,a,[]}"), ("a", three), b]),
            try self.make("broken_behind", release: release, files: [("a", three), ("a", "{application,a,[]}"), b]),
            // The file that is named is the one that was looked for, whatever application it describes.
            try self.make(
                "other_name_and_other_version", release: release, files: [("a", self.application("c", "")), b]),
            try self.make(
                "two_versions", release: "{release,{\"t\",\"1\"},{erts,\"1\"},[\(self.base),{a,\"2\"},{a,\"3\"}]}",
                files: [("a", two), ("a", three)]),
            try self.make(
                "empty_version", release: "{release,{\"t\",\"1\"},{erts,\"1\"},[\(self.base),{a,\"\"}]}",
                files: [("a", self.application("a", "{vsn,\"\"}"))]),
        ]
    }

    private static func paths() throws -> [SystoolsCase] {
        func make(_ name: String, _ variables: [(String, String)]) throws -> SystoolsCase {
            var options = SystoolsCase.Options()
            options.variables = variables.map { .init(name: $0.0, prefix: $0.1.isEmpty ? "" : "\(name)/\($0.1)") }
            return try self.make(name, self.entries("a b"), [("a", ""), ("b", "")], options)
        }
        return [
            try make("variables_none_fits", [("V", "nowhere")]),
            try make("variables_parent", [("V", "lib")]),
            try make("variables_slashes", [("V", "lib///")]),
            try make("variables_first_fits", [("V", "lib/a-"), ("W", "lib")]),
            try make("variables_whole", [("V", "lib/a-3/ebin"), ("W", "li")]),
            try make("variables_empty", [("V", "")]),
        ]
    }
}
