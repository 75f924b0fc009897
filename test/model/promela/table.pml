/*
 * The life of an operation: the table of src/arbiter/transitions.ts, entry for entry, by the same names with `_`
 * for `-`. A test compares the two. An entry that leaves the state as it is, is `ignored` there; what is not
 * here, is illegal, and an assertion fails where a model comes to it.
 *
 * `state` changes nowhere else than in `undergo`. It prints each entry that it comes to for the first time, so
 * that the run shows which entries it has checked.
 */
#define unknown 0
#define waiting 1
#define shared 2
#define asked 3
#define freed 4
#define engaged 5
#define delivered 6
#define late 7
#define recalled 8
#define stored 9
#define reserved 10
#define lent 11
#define holding 12
#define ended 13

#define share 1
#define ask 2
#define free 3
#define engage 4
#define step_back 5
#define match 6
#define match_poll 7
#define receive 8
#define store 9
#define drop 10
#define withdraw_tentative 11
#define withdraw_final 12
#define withdraw_in_vain 13
#define take 14
#define come_back 15
#define exhaust 16
#define owner_gone 17
#define adopt 18
#define shut 19

#define ENTRIES 280
#define entry(from, happening) ((from) * 20 + (happening))
#define rule(from, happening, to) verdict[entry(from, happening)] = to

byte state[N];
hidden byte verdict[ENTRIES];
hidden byte hasBeen[ENTRIES];

inline table() {
  rule(waiting, share, shared);
  rule(waiting, engage, engaged);
  rule(waiting, match, delivered);
  rule(waiting, match_poll, recalled);
  rule(waiting, receive, holding);
  rule(waiting, store, stored);
  rule(waiting, drop, ended);
  rule(waiting, withdraw_tentative, ended);
  rule(waiting, withdraw_final, ended);
  rule(waiting, withdraw_in_vain, waiting);
  rule(waiting, owner_gone, ended);
  rule(waiting, adopt, stored);
  rule(waiting, shut, ended);

  rule(shared, ask, asked);
  rule(shared, withdraw_tentative, ended);
  rule(shared, withdraw_final, ended);
  rule(shared, owner_gone, ended);

  rule(asked, free, freed);
  rule(asked, withdraw_tentative, ended);
  rule(asked, withdraw_final, ended);
  rule(asked, owner_gone, ended);

  rule(freed, engage, freed);
  rule(freed, step_back, shared);
  rule(freed, match, delivered);
  rule(freed, match_poll, recalled);
  rule(freed, receive, holding);
  rule(freed, store, stored);
  rule(freed, drop, ended);
  rule(freed, withdraw_tentative, ended);
  rule(freed, withdraw_final, ended);
  rule(freed, owner_gone, ended);
  rule(freed, shut, ended);

  rule(engaged, engage, engaged);
  rule(engaged, step_back, waiting);
  rule(engaged, match, delivered);
  rule(engaged, match_poll, recalled);
  rule(engaged, receive, holding);
  rule(engaged, store, stored);
  rule(engaged, drop, ended);
  rule(engaged, withdraw_tentative, ended);
  rule(engaged, withdraw_final, ended);
  rule(engaged, withdraw_in_vain, engaged);
  rule(engaged, owner_gone, ended);
  rule(engaged, adopt, reserved);
  rule(engaged, shut, ended);

  rule(delivered, withdraw_tentative, late);
  rule(delivered, withdraw_final, recalled);
  rule(delivered, take, ended);
  rule(delivered, come_back, waiting);
  rule(delivered, exhaust, ended);
  rule(delivered, owner_gone, lent);
  rule(delivered, shut, delivered);

  rule(late, withdraw_final, recalled);
  rule(late, take, ended);
  rule(late, come_back, waiting);
  rule(late, exhaust, ended);
  rule(late, owner_gone, lent);
  rule(late, shut, late);

  rule(recalled, take, ended);
  rule(recalled, come_back, ended);
  rule(recalled, exhaust, ended);
  rule(recalled, owner_gone, lent);
  rule(recalled, shut, recalled);

  rule(stored, engage, reserved);
  rule(stored, match, lent);
  rule(stored, drop, ended);
  rule(stored, shut, ended);

  rule(reserved, engage, reserved);
  rule(reserved, step_back, stored);
  rule(reserved, match, lent);

  rule(lent, take, ended);
  rule(lent, come_back, stored);
  rule(lent, exhaust, ended);
  rule(lent, shut, lent);

  rule(holding, withdraw_tentative, holding);
  rule(holding, withdraw_final, holding);
  rule(holding, take, ended);
  rule(holding, come_back, ended);
  rule(holding, exhaust, ended);
  rule(holding, owner_gone, ended);
}

inline undergo(x, happening) {
  assert(verdict[entry(state[x], happening)] != unknown);
  if
  :: !hasBeen[entry(state[x], happening)] ->
     hasBeen[entry(state[x], happening)] = 1;
     printf("reached %d %d\n", state[x], happening)
  :: else
  fi;
  state[x] = verdict[entry(state[x], happening)]
}
