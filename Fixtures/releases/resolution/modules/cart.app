{application, cart,
 [{description,""},
  {vsn,"1.0"},
  {modules,[cart,util]},
  {registered,[]},
  {applications,[kernel]}]}.
