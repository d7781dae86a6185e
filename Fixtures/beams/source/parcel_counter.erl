%% A server with a record for its state and maps for its answers; what most upgraded modules look like.
-module(parcel_counter).
-vsn("2.1").
-vsn([a, {b, 3}]).
-behaviour(gen_server).
-behavior(supervisor_bridge).
-author("relift").

-export([start_link/1, add/2, report/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2, code_change/3]).

-record(state, {name :: atom(), counts = #{} :: #{term() => integer()}, since = 0 :: integer()}).

start_link(Name) -> gen_server:start_link({local, Name}, ?MODULE, Name, []).

add(Server, Key) -> gen_server:cast(Server, {add, Key}).

report(Server) -> gen_server:call(Server, report, 5_000).

init(Name) when is_atom(Name) -> {ok, #state{name = Name, since = erlang:monotonic_time()}};
init(_) -> {error, not_an_atom}.

handle_call(report, _From, #state{counts = Counts, since = Since} = State) ->
    Total = lists:sum(maps:values(Counts)),
    {reply, #{total => Total, counts => Counts, since => Since}, State};
handle_call(Other, From, State) ->
    logger:warning("~p asked ~p", [From, Other]),
    {noreply, State}.

handle_cast({add, Key}, #state{counts = Counts} = State) ->
    {noreply, State#state{counts = maps:update_with(Key, fun(N) -> N + 1 end, 1, Counts)}}.

handle_info(<<"tick ", Number:32/little, Rest/binary>>, State) ->
    {noreply, State#state{since = Number + byte_size(Rest)}};
handle_info(_, State) ->
    {noreply, State}.

terminate(_Reason, #state{name = Name}) ->
    try erlang:unregister(Name) catch error:badarg -> false end.

code_change(_Old, {state, Name, Counts}, _Extra) -> {ok, #state{name = Name, counts = Counts}};
code_change(_Old, State, _Extra) -> {ok, State}.
