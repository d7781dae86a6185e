%% The last values of every counter. New in 1.1.0.
%%
%% Nothing here survives the end of the process, and nothing has to: history begins anew.
-module(tally_history).
-behaviour(gen_server).

-export([start_link/0, recall/1, configure/0]).
-export([init/1, handle_call/3, handle_cast/2]).

-record(state, {
    length :: non_neg_integer(),
    %% Newest first, at most `length` of them.
    values = #{} :: #{binary() => [pos_integer()]}
}).

start_link() ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

%% The last values, newest first.
-spec recall(binary()) -> {ok, [pos_integer()]} | {error, not_running}.
recall(Key) ->
    try
        {ok, gen_server:call(?MODULE, {recall, Key})}
    catch
        exit:_ -> {error, not_running}
    end.

%% Reads the configuration again.
-spec configure() -> ok.
configure() ->
    gen_server:cast(?MODULE, configure).

init([]) ->
    {ok, #state{length = configured()}}.

handle_call({recall, Key}, _From, State = #state{values = Values}) ->
    {reply, maps:get(Key, Values, []), State};
handle_call(_Request, _From, State) ->
    {reply, {error, unknown_request}, State}.

%% tally_counter tells every new value.
handle_cast({note, Key, Value}, State = #state{length = Length, values = Values}) ->
    Known = maps:get(Key, Values, []),
    {noreply, State#state{values = Values#{Key => lists:sublist([Value | Known], Length)}}};
handle_cast(configure, State = #state{values = Values}) ->
    Length = configured(),
    Shorter = maps:map(fun(_Key, Known) -> lists:sublist(Known, Length) end, Values),
    {noreply, State#state{length = Length, values = Shorter}};
handle_cast(_Request, State) ->
    {noreply, State}.

configured() ->
    application:get_env(tally, history_length, 10).
