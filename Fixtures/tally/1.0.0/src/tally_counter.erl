%% The counters. All of them live in this process: what an upgrade must not lose.
-module(tally_counter).
-behaviour(gen_server).

-export([start_link/0, increment/1, value/1, statistics/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, code_change/3]).

-record(state, {
    counts = #{} :: #{binary() => pos_integer()}
}).

start_link() ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

%% Adds one and returns the new value.
-spec increment(binary()) -> pos_integer().
increment(Key) ->
    gen_server:call(?MODULE, {increment, Key}).

%% 0 for a key that was never counted.
-spec value(binary()) -> non_neg_integer().
value(Key) ->
    gen_server:call(?MODULE, {value, Key}).

%% Facts for STATS. A caller and this process can be of different versions for a moment while an upgrade loads one
%% module after the other, so requests keep their form between versions and the answer is a map.
-spec statistics() -> #{keys := non_neg_integer(), atom() => term()}.
statistics() ->
    gen_server:call(?MODULE, statistics).

init([]) ->
    {ok, #state{}}.

handle_call({increment, Key}, _From, State = #state{counts = Counts}) ->
    Value = maps:get(Key, Counts, 0) + 1,
    {reply, Value, State#state{counts = Counts#{Key => Value}}};
handle_call({value, Key}, _From, State = #state{counts = Counts}) ->
    {reply, maps:get(Key, Counts, 0), State};
handle_call(statistics, _From, State = #state{counts = Counts}) ->
    {reply, #{keys => map_size(Counts)}, State};
handle_call(_Request, _From, State) ->
    {reply, {error, unknown_request}, State}.

handle_cast(_Request, State) ->
    {noreply, State}.

%% After a downgrade, messages that only the newer version understands can still arrive: they are dropped.
handle_info(_Message, State) ->
    {noreply, State}.

code_change(_OldVersion, State, _Extra) ->
    {ok, State}.
