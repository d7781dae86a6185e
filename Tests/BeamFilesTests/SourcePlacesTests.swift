import BeamFiles
import Diagnostics
import ErlangTerms
import SystemPackage
import TestSupport
import Testing

/// Lines of functions and calls, against the abstract code that the compiler made the modules of.
@Suite struct SourcePlacesTests {
    /// Of modules in a folder: `{Module, [{Function, Arity, Line}], [{CalledModule, Called, Arity, Lines}]}`.
    private static let abstractPlaces = """
        Calls = fun Calls({call,A,{remote,_,{atom,_,M},{atom,_,F}},Args}) ->
                        [{{M,F,length(Args)},erl_anno:line(A)} | Calls(Args)];
                    Calls(T) when is_tuple(T) -> Calls(tuple_to_list(T));
                    Calls([H|T]) -> Calls(H) ++ Calls(T);
                    Calls(_) -> [] end,
        lists:foreach(fun(File) ->
            {ok,{M,[{abstract_code,Code}]}} = beam_lib:chunks(File, [abstract_code]),
            Forms = case Code of {_,List} -> List; no_abstract_code -> [] end,
            Own = [F || {function,_,_,_,_}=F <- Forms],
            Groups = lists:foldl(fun({K,L}, G) -> maps:update_with(K, fun(Ls) -> [L|Ls] end, [L], G) end, #{},
                lists:append([Calls(F) || F <- Own])),
            io:format("~tp.~n", [{M,[{F,A,erl_anno:line(L)} || {function,L,F,A,_} <- Own],
                [{CM,CF,CA,Ls} || {{CM,CF,CA},Ls} <- maps:to_list(Groups)]}])
        end, init:get_plain_arguments())
        """

    @Test(.enabled(if: OTP.isInstalled), arguments: ["closures", "parcel_counter"])
    func functionsAndCallsStandWhereTheSourceHasThem(module: String) async throws {
        let path = Repository.fixtures.appending("beams/otp25/\(module).beam")
        let printed = try await OTP.evaluate(Self.abstractPlaces, arguments: [path.string])
        let source = SourceFile(path: module, bytes: printed)
        var ignored: [Diagnostic] = []
        let terms = try #require(TermText.parseFile(source, &ignored)).terms
        let parts = try #require(terms.first?.term.tupleElements)
        let places = try #require(try BeamFixture(version: 25, module: module).beam().sourcePlaces)
        for function in parts[1].listElements ?? [] {
            let values = try #require(function.tupleElements)
            let (name, arity) = (try #require(values[0].atomValue), try #require(values[1].integerValue))
            let place = try #require(places.place(of: name, arity), "\(name)/\(arity)")
            #expect(values[2] == .integer(place.line) && place.function == name && place.arity == arity)
            // One function has a `-file` attribute before it.
            #expect(place.file.hasSuffix(name == "twice" ? "twice.hrl" : "\(module).erl"))
        }
        var found = 0
        for call in parts[2].listElements ?? [] {
            let values = try #require(call.tupleElements)
            let target = BeamFile.Import(
                module: try #require(values[0].atomValue), function: try #require(values[1].atomValue),
                arity: try #require(values[2].integerValue))
            // The compiler does some calls itself.
            guard let place = places.place(ofCall: target) else { continue }
            found += 1
            #expect(values[3].listElements?.contains(.integer(place.line)) ?? false, "\(target) in \(place)")
        }
        #expect(found > 0 || parts[2].listElements?.isEmpty ?? true)
    }

    @Test func callsAreLookedForInWhatAFunctionLeadsTo() throws {
        let places = try #require(try BeamFixture(version: 25, module: "closures").beam().sourcePlaces)
        let missing = BeamFile.Import(module: "nobody", function: "calls", arity: 0)
        #expect(places.place(ofCall: missing) == nil)
        #expect(places.place(ofCall: missing, from: ("nobody", 3)) == nil)
        #expect(places.place(of: "nobody", 3) == nil)
    }
}
