{application, cart,
 [{description,""},
  {vsn,"1.0"},
  {modules,[]},
  {registered,[cart_sup,store]},
  {applications,[kernel]}]}.
