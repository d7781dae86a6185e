%% Takes the place of digraph_utils in systools_rc: the same answers, but topsort/1 gives one order for one set of
%% instructions. Of those that may come next it takes the one written first, where OTP's depends on the virtual machine.
-module(ordered_utils).
-export([components/1, strong_components/1, reachable/2, topsort/1]).

%% systools_rc numbers the instructions in the labels of the graph's vertices, and asks for the components first.
components(Graph) ->
    put(?MODULE, maps:from_list([{Vertex, Number} || V <- digraph:vertices(Graph), {Vertex, {Number, _}} <- [digraph:vertex(Graph, V)]])),
    digraph_utils:components(Graph).

strong_components(Graph) -> digraph_utils:strong_components(Graph).

reachable(Vertices, Graph) -> digraph_utils:reachable(Vertices, Graph).

%% The vertices are lists of modules.
topsort(Graph) ->
    Numbers = get(?MODULE),
    Vertices = [{lists:min([maps:get(M, Numbers) || M <- Modules]), Modules} || Modules <- digraph:vertices(Graph)],
    Sorted = topsort(lists:sort(Vertices), [], Graph),
    %% Legal is what the original calls so too.
    true = lists:sort(Sorted) =:= lists:sort(digraph_utils:topsort(Graph)),
    Sorted.

topsort([], _Done, _Graph) -> [];
topsort(Waiting, Done, Graph) ->
    {_, Next} = First = hd([V || {_, Modules} = V <- Waiting, digraph:in_neighbours(Graph, Modules) -- [Modules | Done] =:= []]),
    [Next | topsort(lists:delete(First, Waiting), [Next | Done], Graph)].
