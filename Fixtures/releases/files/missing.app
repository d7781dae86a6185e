{application, shop,
 [{description,"A shop"},
  {modules,[shop]},
  {registered,[],[]},
  {applications,[kernel,stdlib]}]}.
