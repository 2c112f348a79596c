import { realWords } from './real-words.ts';
import { WordList } from './word-list.ts';

/**
 * The other words of four letters and more that are whole words of the BERT vocabulary (Apache-2.0): common enough that a
 * text one slip away means them. What is in neither list is a name or a term of some trade, and so may be its neighbour.
 */
export const otherWords = new WordList(`
aachen aarhus abandon abandoned abandoning abandonment abbas abbess abbreviated abbreviation abdomen
abdominal abducted abduction abdul abdullah aberdeen abigail abilities ability abnormal abnormalities
abolished abolition abolitionist aboriginal abortion above abraham abrams abrupt abruptly absence absently
absolute absolutely absorb absorbed absorbing absorption abstract abstraction abstracts absurd abundance
abundant abuse abusive abyss acacia academy accelerate accelerated accelerating acceleration accelerator
acceptable acceptance accepted accepting access accessed accessibility accessible accession accessories
accessory accident accidental accidentally accidents acclaim acclaimed accolades accommodate accommodated
accommodation accommodations accompanied accompaniment accompany accompanying accomplish accomplished
accomplishment accomplishments accord accordance according accordingly accordion account accountability
accountable accountant accountants accounted accounting accounts accreditation accredited accumulate
accumulated accumulation accuracy accurate accurately accusation accusations accuse accused accusing
accustomed acheron achieve achieved achievement achievements achieving achilles acid acidic acknowledge
acknowledging acoustic acquaintance acquaintances acquainted acquire acquired acquiring acquisition
acquisitions acquitted acre acronym activate activated activation active actively activists activities
activity actress actresses actually adamant adaptation adaptations addict addicted addison additional
additionally additive address addressing adds adelaide adele adequate adequately adhere adherence adherents
adjacent adjective adjoining adjunct adjust adjustable adjusted adjusting adjustment adjustments adjutant
administer administered administering administration administrations administrative administratively
administrator administrators admiral admiralty admiration admire admired admiring admission admissions admit
admits admitted admitting adobe adolescence adolescent adolescents adolf adolph adoption adorable adrenaline
adrian adriatic adult adultery adulthood adults advance advancement advancing advantage advantages advent
adventist adventurous adversary adverse advertised advertisement advertisements advertising advising
advocacy advocate advocating aegean aero aerodrome aerodynamic aeronautical aeronautics aerospace aesthetic
aesthetics afar affair affairs affected affecting affection affectionately affiliate affiliation affinity
affirmative affirmed affluent afford affordable afforded afghan afghanistan aforementioned afraid africans
afrikaans afro afterlife aftermath afternoon afternoons afterward afterwards against agatha agencies agency
agenda agents aggravated aggregate aggregation aggregator aggression aggressive aggressively agile agitated
agitation agony agra agrarian agree agreeing agreement agreements agricultural agriculture ahmedabad aims
airborne airbus aircraft airfields airlift airline airlines airmen airplane airplanes airplay airport
airports airship airspace airways ajax akbar akin alabama alarmed alarms alaska alba albanians albion
albrecht album albums albuquerque alcohol alcoholic alcoholism alderman alec alejandro aleksandr aleppo
alerted alessandro alexei alfa algae algebra algebraic algiers algorithm algorithms aliens aligned alignment
alistair allegations alleged allegedly allegheny allegiance alleging allegro allergic alleviate alliance
alliances alligator allmusic allocated allocation allotted allowance allowed allowing almeida almighty
almond almost alongside alpha alphabet alpine alps already alright alsace also alteration alterations
altering alternate alternately alternating alternative alternatively alternatives although altogether alumni
alumnus alvarez alvaro always alyssa alzheimer amadeus amalgamated amalgamation amanda amassed amateur
amateurs amazed amazement amazing amazingly amazon ambassador ambassadors amber ambient ambiguity ambiguous
ambition ambrose ambulance ambush ambushed amend amended amendment amendments amenities amherst amiga amir
amman ammonia ammunition amnesia amnesty amongst amphibious amplifiers amplitude amsterdam amtrak amulet
amusement amusing anaheim analogous analogue analyst analytic analytical analytics analyze analyzed
analyzing anand anarchist anarchy anastasia anatolia anatomical anatomy ancestor ancestors ancestral
ancestry anchor anchorage anchored anchors ancient andhra andover android angered anglia anglican angrily
angry anguish angular anhalt animal animals animated animation animator anime anita ankara annabelle annals
annapolis annette annexation annexed anniversary announcement announcements announcing annoyance annoyed
annoying annual annually annum anomaly anonymous another answer answered answering answers antagonist anthem
anthologies anthology anthropological anthropologist anthropology anti antibiotics antibodies antibody
anticipated anticipating anticipation antics antigen antigua antilles antioch antique antiques antiquities
antiquity antoine antoinette antrim antwerp anwar anxiety anxious anxiously anybody anymore anyone anything
anytime anyway anywhere anzac apache apartheid apartment apartments aperture apex apical apocalypse
apocalyptic apollo apologetic apologies apologize apologized apology apostle apostles apostolic appalachian
appalled apparatus apparel apparent apparently appearance appearances appellate appendix appetite applause
appleton appliances applicable applicant applicants application applications applying appoint appointed
appointing appointment appointments appreciate appreciated appreciation apprehension apprentice
apprenticeship approach approaching appropriate appropriated appropriately appropriations approval approve
approved approx approximate approximately approximation apps april aqua aquarium aquatic aquatics aqueduct
aquino aquitaine arab aramaic arbitrary arbitration arboretum arcade arcadia archaeologist archaeologists
archaeology archaic archangel archbishop archdeacon archdiocese archduke archibald archipelago architect
architects architectural architecture archival archway arcs arctic arguably arguing argument arguments arid
ariel aristocracy aristocratic aristotle arithmetic arizona arkansas armada armagh armament armchair
armenians armies armistice armstrong army arnold aromatic arousal aroused arrangement arrangements arranging
array arrays arrest arrested arresting arrests arrival arrivals arrive arriving arrogance arrogant
arrondissement arroyo arsenal arsenic arte artemis arterial arteries artery arthritis arthur articulated
artifact artificial artillery artist artistic artists arturo artwork artworks asahi asbestos ascended
ascending ascension ascribed ashamed ashby ashford ashland ashley ashok asiatic asking aspect aspects aspen
asphalt aspirations aspiring assam assassin assassinate assassinated assassination assassins assault
assaulted assaults assembled assemblies asserted asserting assertion assessed assessing assessment
assessments asshole assign assigned assignment assignments assigns assimilation assistance assistant
assistants assisted assisting assists associate association associations assortment assuming assumption
assumptions assurance assyrian asteroid asteroids asthma astonished astonishing astonishment astoria astrid
astronaut astronauts astronomer astronomers astronomical astronomy astros asturias asylum atari atheist
athenian athlete athletes athletic athletics atkinson atlanta atlas atletico atmosphere atmospheric atom
atomic atoms atop atrium atrocities attachment attackers attacking attacks attain attained attaining attempt
attempted attempting attempts attend attendance attendant attendants attended attendees attending attends
attention attested attic attire attorney attorneys attract attracted attracting attraction attractions
attractive attracts attribute auburn auckland audible audience audiences auditioned auditorium augmented
augsburg augustine augustus aurora auschwitz auspices australians austrians authentic authentication
authenticity author authored authoritarian authoritative authorities authority authorization authors
authorship autism auto autobiographical autobiography automated automatic automatically automation
automobile automobiles automotive autonomous autonomy autopsy autumn auxiliary avail availability available
avalanche avalon avant avatar avengers average averaging aviation aviator aviv avoidance avoided avoiding
avoids avon awakened awakening awarded awarding awareness away awesome awkward awkwardly axel axial axle
aziz azores aztec azure baba babe babies babu baby babylon babylonian baccalaureate bachelor backbone
backdrop background backgrounds backlash backpack backseat backside backstage backstroke backup backwards
bacterium badminton baffled bafta baggage baghdad bahadur bahamas bahn bahrain bait baja baku bala balance
balanced balancing balcony bald baldwin balfour bali balkan balkans ball ballads ballast ballistic balloon
balloons ballots ballroom balthazar baltic baltimore bamboo banana bananas bancroft bandage bandages bandits
bandwidth bane bang bangalore bangkok bangor bankrupt bankruptcy banquet barangay barbados barbara barbarian
barbarians barbecue barcelona barclay barefoot bargain bargaining bari baritone barnsley baroness baronetcy
baroque barracks barrage barrels barrister bart bartender bartholomew bartlett baseball baseline baseman
basement basically basilica basketball baskets basque bassett bastard bastards bastion batavia bathroom
bathrooms bathurst battalion battalions batteries battlefield battleship battleships bayou bays bazaar beam
bear beatrice beaufort beaumont beautiful beautifully because beckett becomes becoming bedford bedfordshire
bedrock bedroom bedrooms beef been beer beethoven beetle before beforehand befriended begging beginning
beginnings begins begs behalf behave behaved behavioral behaviors beheaded behind behold beige beijing
beirut beit belarus belarusian belfast belgarath belgian belgium belgrade believing belize bellamy bellevue
bellowed belmont belong belonged belonging belongings belongs beloved belt beneath benedict benedictine
benefactor beneficial benefit benefited benefits benevolent benfica benito benjamin bennett benoit bentley
benz bequeathed berg berkeley berkshire bermuda bern bernardino bernstein bertram bertrand berwick besieged
bestowed bestseller beta bethany bethlehem betray betrayal betrayed between beverages bewildered beyonce
beyond bharatiya bhutan bias biblical bibliography biceps bicycle bicycles biennale biennial biggest bihar
bilateral bilbao bilingual billboard binary bingham binoculars biochemistry biodiversity biographer
biographical biographies biography biological biologist biology biomass biomedical biotechnology biplane
bipolar birmingham birthday birthplace births biscuits bisexual bishop bishopric bishops bismarck bison bite
bitterly bitterness bizarre blackberry blackburn blackened blackish blackmail blackness blackout blackpool
blacksmith blackwell blah blanchard blanche blanket blankets blankly blazers blessed blessing blessings blew
blindly blindness blitz blizzard blockade blockbuster blog blogger bloomberg bloomfield bloomington blooms
blossom blossoms blouse blue bluegrass blunt blur boar boarding boards boardwalk boat bobo boca bodily bodo
bodyguard bodyguards bogota boil bold bolivar bologna bolshevik bolsheviks bolt bomb bombardier bombardment
bombay bombers bombing bombings bonaparte bonfire bonn bonnet bono bonuses boogie booklet bookstore bordeaux
boredom borg borough boroughs borrowed borrowing boss botanic botanical botanist botany bothered bothering
botswana bottom bottoms boulder boulders boulevard bouncing boundaries boundary bouquet bourbon bourgeois
bournemouth boutique bowl bowman boycott boyd boyfriend boys bracelet bracket brackets bradford bradley
bradshaw bragg brahms bram branching brandenburg branding brandon bratislava bravery brazilian breakaway
breakdown breaker breakers breakfast breakout breakthrough breakup breaststroke breathing breathless bree
breeders breeds bremen brentford brethren breton breuning brew brewing brewster brianna bribery bridgeport
briefcase briefing briefly briefs brigade brigades brigadier brigham brighter brightest brightly brightness
brighton brilliance brilliant brisbane bristol brit britain britannia british britney brittany brittle
broadband broadcast broadcaster broadcasters broadcasting broadcasts broader broadly brodie bromley bromwich
broncos bronx bronze brooding brooklyn brotherhood brothers broughton brownish browser brunei brunette
brunswick brussels brutal brutality brutally bryson bubba bubbles bubbling buccaneers buchanan bucharest
bucket buckingham buckinghamshire budapest buddha buddies budgets buds buena buenos buffalo bugs builder
builders building buildings builds bukit bulb bulging bulldog bulldogs bulletin bullets bullock bullshit
bullying bump bundesliga bundle bungalow bunk bureau bureaucracy burgess burgundy burial burials burke
burkina burlington burma burmese burnham burnley burr burroughs burrows bursting bursts burundi bury busiest
business businesses busy butcher butterflies butterfly buttons buyers buys buzz buzzed buzzing bypass
bypassed byrd byte byzantine cabaret cabbage cabinet cabinets cabins cactus cadence cadets cadillac cadiz
cafe cafeteria cage cairns cairo caitlin cake calabria calcium calculate calculated calculating calculation
calculations calculus calcutta calderon caldwell calendar calf calgary calhoun caliber california caliph
caliphate call callahan callum calm calmly calvert cambrian cambridge cambridgeshire camera cameras
camouflage campaigned campaigning campaigns campbell campeonato campground camping campuses canada canadian
canals canary canberra cancellation candace candidacy candidate candidates cannabis canonical canopy cantata
canteen canterbury cantonese canucks canvas capabilities capability capable capacities capacity capcom cape
capitals cappella capsule capt captain captained captains captive captives captivity capture capturing
caracas caravan carbonate cardboard cardiac cardiff cardinal cardinals cardiovascular careers careful
carefully careless caress caressed caressing caretaker caribbean carlisle carlos carmichael carmine carnage
carnegie carnival carolyn carousel carp carpathian carpenter carpet carpets carroll carthage cartoon
cartoonist cartoons cartridges cartwright carvings casa casablanca cascade casimir casino casinos caspian
cassandra cassette cassidy cassie castillo casualties catalan catalina catalog catalogue catalonia catalyst
catalytic catastrophe catastrophic catchment categories categorized category catfish cathedral catholic
catholicism catholics caucasian caucasus caucus causeway caution cautious cautiously cavalier cavaliers
cavalry cave cavendish cavity cayman ceasefire cebu cecil cecilia cedric ceiling ceilings celaena celebrate
celebrating celebration celebrations celebrities celebrity celeste celestial celia celine cellular celtic
celtics cemeteries cemetery censorship census centenary centennial centralized centrally centuries century
cerambycidae ceramic ceramics cereal cerebral ceremonial ceremonies ceremony cerro certificate certificates
certification certified cervical cessna ceylon chad chairman chairperson chalk challenging chalmers chamber
chamberlain chambers champagne champion championed champions championship championships chancellor chandra
channels chao chaos chaotic chapel chapels chapman character characteristic characteristics characterization
characters charcoal chariot charismatic charitable charities charlemagne charleston charlie charlotte
chartered chasing chassis chateau chatham chattanooga chavez cheaper checked checking checkpoint cheekbones
cheered cheerful cheerfully cheering cheerleading cheese chelsea cheltenham chemical chemicals chemist
chemistry chemotherapy cheney chennai cherokee cheryl chesapeake cheshire chester chesterfield chestnut
chevalier chevrolet chevy chew chewed chewing cheyenne chicago chichester chicken chickens chiefly chieftain
chihuahua childbirth childhood childish childless children chilean chilled chilling chimed chimney chimneys
chinatown chinese chip chloe chloride chocolate choice choices cholera chooses choosing chop chopin chopra
choreography chow christchurch christensen christianity christians christmas chrome chromosome chromosomes
chronic chronicle chronicles chronological chronology chrysler chuckle chunks church churches churchill
churchyard churning cicero cigar cigarette cigarettes cincinnati cinder cinderella cinema cinemas cinematic
cinematographer cinematography cinnamon cipher circa circle circling circuit circuits circular circulated
circulating circulation circumstance circumstances circus citadel citation citations cite citizen citizens
citizenship citrus city ciudad civilian civilians civilization civilizations civilized claimed claiming
claims clancy clandestine claremont clarence clarified clarinet clarissa clarkson classic classical classics
classification classifications classified classify classmate classmates classroom classrooms claudius claw
cleanup clearance clearly clears cleavage clemson clenching cleopatra clergy clergyman cleric clerical
clerks clermont cleveland clients cliff clifford cliffs climate climates climatic climax climbed climbing
clinging clinic clinical clinics clip clockwise closely closeness closure cloth clothing clouded clubhouse
clumsy clustered clusters clutch clutching cmll coaching coalition coastal coaster coastline coated cobalt
cobb cocaine cochin cockpit cocktail coconut cody coefficient coefficients coffee coffin cognition cognitive
coherent coil coinage coincide coincided coincidence coincidentally cola colbert colby colchester coldly
coleman coliseum collaborate collaborated collaborating collaboration collaborations collaborative
collaborator collaborators collapse collapsing collarbone collateral colleague colleagues collect collected
collecting collection collections collective collectively collector collectors collects colleen college
colleges collegiate collided collingwood collision collisions colloquially cologne colombo colonel colonial
colonies colonists colonization colorado coloration coloring colossal colt columbus column columnist columns
coma combat combatants combination combinations combine combining combustion comeback comedian comedians
comedic comedies comedy comfort comforting comics commandant commanders commanding commemorate commemorating
commemoration commemorative commencement commendation comment commentaries commentary commentator
commentators comments commercial commercially commercials commission commissioners commissioning commissions
commit commitment commitments commits committees committing commodities commodity commodore common commonly
commonplace commons commonwealth commotion communal communes communicate communicated communicating
communication communications communion communists communities community compact companies companion
companions company comparable comparative comparatively compare comparing comparison comparisons compartment
compartments compass compassion compassionate compatibility compatible compelled compelling compensate
compensated compensation competence competent competition competitions competitive competitor competitors
compilation compilations compiling complained complaining complaints complementary completely complex
complexity compliance complicated complications complimented comply component components composers composing
composite composition compositions composure compound compounds comprehend comprehension comprehensive
compressed compression compressor comprise comprising compromise compromised compton compulsion compulsory
computation computational computers comrade comrades concacaf conceal concealed conceded conceived
concentrate concentrated concentrating concentration concentrations conceptual concerned concerning conclude
concluding conclusion conclusions concord concordia concourse concrete concurrency concurrent concurrently
condemn condemnation condemned condemning condensed condition conditional conditioned conditioning
conditions condoms conduct conducted conducting conductor conductors conducts confederacy confederate
confederates confederation conference conferences conferred confess confidence confident confidential
confidently configuration configurations configured confinement confirmation confirmed confirming confirms
confiscated conflict conflicting conflicts confluence confront confrontation confronted confronting
confronts confuse confused confusing confusion congenital congestion conglomerate congratulations
congregation congregational congregations congress congresses congressional congressman conjecture
conjunction connacht connect connected connecticut connecting connections connectivity connector connects
connolly conquer conquered conqueror conquest conscience conscious consciously consciousness conscription
consecrated consecration consecutive consensus consequence consequences consequently conservation
conservative conservatives conservatoire conservatory conserve conserved consider consideration
considerations considered considering considers consist consisted consistency consistent consistently
consisting consists consolation console consoles consolidate consolidated consolidation consonant consonants
consort consortium conspicuous conspiracy constable constabulary constance constant constantinople
constantly constellation constituencies constituency constituent constituents constitute constitution
constitutional constrained constraint constraints construct constructed constructing construction
constructions constructive consular consulate consultancy consultant consultants consultation consultative
consulted consulting consumers consuming consumption contain containers containing containment contains
contaminated contamination contemplated contemplating contemporaries contemporary contempt contender
contenders contentious contestant contestants contested continental continents continual continually
continuation continue continuing continuity continuously continuum contra contraction contractor contractors
contractual contradiction contradictory contrary contribute contributing contribution contributions
contributor contributors control controllers controlling controls controversial controversies controversy
convenience convenient conventional conventions convergence conversation conversations conversely conversion
conversions converted convertible converting convict convicted convictions convicts convince convincing
convoys conway cookies cool cooperate cooperation cooperative coordinate coordinating coordination
coordinator copa copeland copenhagen copy copyright corbett corbin cordoba corinne cork corn cornelius
cornerback cornered corners cornerstone cornice cornish cornwall corona coronation corp corporal corporate
corporation corporations corpses correct corrected correction correctional corrections correctly correlated
correlation correspond corresponded correspondence correspondent corresponding corresponds corridor
corridors corrosion corrugated corrupt corrupted corruption corsica corvette cosmetic cosmetics cosmopolitan
cosmos costello costume costumes cottage cottages cougars coughed coughing council councillor councillors
councils counsel counseling counselor countdown counterattack countered counterpart counterparts countryside
coupling courage courageous courtesy courthouse courtney courtroom courtship courtyard cousin cousins
covenant coventry coverage cowboy cowboys coyote coyotes cozy crab cradle craig crambidae crawford crawling
crazy creation creations creative creativity creator creators creature creatures credentials credibility
credible credit credited creditors credits creeping creole crescent cretaceous cricket cricketer criminal
criminals crimson cringed crisp criteria criterion critic critical critically criticism criticisms
criticizing critics critique crocodile croix cromwell crop crosby crossbow crossings crossover crossroads
crouched croydon crucial cruel cruelty cruising crumpled crunch crusaders cruz cryptic crystal crystalline
crystals cubic cuckoo cuff cuffs cuisine culinary cullen culminated culminating cult cultivated cultivation
cultural culturally cultures cumberland cumbria cummings cumulative cunningham cupboard cupping cups curated
curator curb curiosity curran currency current currently currents curriculum curtains curtis curtiss
curvature cushion cushions custody custom customary customer customers customized customs cuthbert cuts
cyber cycle cycles cyclic cycling cyclist cyclists cyclone cyclones cylinder cylinders cylindrical cynthia
cypress cypriot cyril cyrillic czech czechoslovak czechoslovakia dade dahl dakota dale dallas damage
damaging damascus dame dammit damp dancing dangerous dangerously dangling dani danielle danube danzig daphne
dare dark darkened darkening darkest darkly darkness darmstadt dart dartmouth darwin dash dashboard data
database databases daughters dauphin davenport davidson daylight days daytime daze dazzling deadly deaf
deafening dealers dealings dean dear debate debbie deborah debris decatur december decidedly deciding
deciduous decimal decision decisions decisive deck declan declaration declare declaring decline declining
decommissioned decomposition decorate decorated decoration decorations decorative decrease decreasing
dedicated deed deep deepened deepest deeply defamation default defaulted defeating defendant defendants
defenders defensive defiance defiant deficiency deficit define definite definitely definition definitions
definitive defunct degradation degraded deities deity delaney delaware delayed delaying delays delegate
delegates delgado delhi deliberate deliberately delicate delicately delicious delight delighted delightful
delilah delivered deliveries delivering deluxe demand demanded demanding demands demeanor dementia demetrius
demi democracy democrat democratic democrats demographic demographics demolished demolition demonic
demonstrate demonstrating demonstration demonstrations demonstrators dempsey deng denmark denomination
denominations denounced densely density dent dentist dentistry denver denying depart departing department
departmental departments departure dependent depends depict depicted depicting depiction depictions depicts
deploy deployed deployment deportation deportivo deposed deposit deposited deposition deposits depressed
deputies deputy derbyshire derek derelict derivative derivatives derrick descendant descendants descended
descending descends describe describing description descriptions descriptive deserts designate designated
designations designers designs desirable desire desk desktop desmond despair desperate desperately
desperation despised despite destination destinations destined destiny destroy destroyers destroying
destroys destruction destructive detached detachment detachments detailing details detainees detecting
detectives detector detectors deteriorated deteriorating deterioration determination determine determining
detonated detrimental detroit deutsche deutschland deux devastated devastating devastation develop
developers developing development developmental developments develops deviation device devices devils devoid
devotees devotion devout dewey dhabi dhaka diabetes diablo diagnosed diagnosis diagnostic diagonal diagram
diagrams dial dialect dialects dialed dialogue dialogues diameter diamond diamonds diaries diaspora diaz
dice dick dickens dickinson dickson dictated dictator dictatorship dictionary didn diego dies diesel diet
dietary dietrich differ differed difference differences different differential differentiate differentiated
differentiation differently differing differs difficulties diffuse diffusion digest digging digit digital
digitally digits dignitaries dignity dilapidated dilemma dillon dime dimension dimensional dimensions
diminished dimly dino dinosaur dinosaurs diocesan diocese dioceses dioxide diplomacy diplomatic diplomats
dire direct directed directing direction directional directions directive directly directorate directorial
directs dirk disabilities disability disabled disadvantage disadvantaged disagree disagreed disagreement
disagreements disappear disappearance disappeared disappearing disappears disappointed disappointing
disappointment disapproval disaster disasters disastrous disbanded disbelief discarded discharge discharged
disciple disciples disciplinary discipline disclose disclosed disclosure discomfort disconnected discontent
discontinued discourage discouraged discourse discovered discoveries discovering discretion discrimination
discuss discussing discussion discussions disdain disease diseases disgrace disguise disguised disgust
disgusted disgusting dish disk dislike disliked dismantled dismay dismiss dismissal dismissed dismissing
dismounted disney disneyland disorder disorders dispatch dispatched dispersal disperse dispersed
displacement display displaying displays displeasure disposal dispose disposed disposition dispute
disqualification disqualified disregard disrepair disrupt disrupted disruption dissatisfaction dissatisfied
dissemination dissent dissertation dissipated dissolution dissolve dissolved distal distance distances
distant distillery distinct distinction distinctions distinctive distinctly distinguish distinguishing
distorted distortion distracted distracting distraction distraught distressed distribute distributed
distributing distribution distributions distributor distributors districts distrust disturb disturbance
disturbances disturbed disturbing disused diva diversified diversion diversity diverted dividing divinity
division divisional divisions divorce divorced dixie dock dockyard doctor doctoral doctorate doctors
doctrine doctrines document documentaries documentary documentation documented documenting documents dodd
dogg dogs doha doherty dollars dolores dolphin dolphins domain domains dome domenico domesday domestic
domestically dominance dominant dominating dominic dominican dominion dominique donaldson donate donated
donation donations doncaster donegal donetsk donovan doom doorbell doorstep doorway dora dorchester dorian
dorm dormant dormitory dorothea dorothy dorsal dortmund dose dots dotted double doubling doubt doubtful
doubts douglas douglass dowager downfall downhill download downloadable downloaded downloads downstairs
downstream downtown downward downwards dozen dozens dracula drag dragging drainage dramas dramatic
dramatically drastic drastically drawers drawing drawings dreadful dreaming dreams dresden drew drilled
drilling drills drinking drinks drip driveway drones drop droplets drug drum drummer drumming drummond
drunken drury dubai dubious dubois duchess duchy duck duct dude dudley duel duet duets duke dull duluth duly
dumb dump dunbar duncan dundee dunedin dung dungeon dungeons dunkirk dunlop duplicate durable duration durga
durham dusk dusseldorf duties dvds dwarf dwarfs dwarves dwellers dwellings dyed dyke dylan dynamic dynamics
dynamite dynasties dynasty dysfunction eagerly eagles earlier earliest earthly earthquake earthquakes
easiest easily eastbound eastenders eastman eastward eastwood easy eccentric ecclesiastical echo echoing
eclectic eclipse ecological ecology economic economical economically economist economists economy ecosystem
ecosystems ecstasy ecuador ecumenical eddie eden edgar edible edinburgh edison edition editions editor
editorial editors edmonton edna educate educated educating education educational educator educators edwards
effective effectively effectiveness efficacy efficiency efficient efficiently effort effortlessly efforts
eggs egypt egyptian egyptians eighteen eighteenth eighties eileen einstein eireann eisenhower elaborate
elaborated elbow elbows elderly elders eleanor electoral electorate electors electric electrical
electrically electricity electrification electrified electrode electromagnetic electronic electronically
electronics elegance elegant elemental elementary elephant elephants elevated elevation elevations elevator
elevators eleven eleventh elgin eligibility eligible elijah eliminate eliminated eliminating elimination
elites elliptic elliptical elongated elsewhere elusive emails emancipation embankment embark embarked
embarrassed embarrassing embarrassment embassy embedded emblem embodied embrace embraced embracing
embroidered embroidery embryo emerald emergencies emeritus emerson eminent emir emirates emmett emmy
emotional emotionally empathy emperor emperors emphasis emphasize emphasizing empires empirical employ
employing employment employs empowered empowerment emptied emptiness empty enabling enacted enactment enamel
enchanted encircled enclave enclosed enclosure encoded encoding encompass encompassing encore encounter
encountered encounters encouragement encouraging encryption encyclopedia endangered endeavors endelle
endemic endings endless endorsed endorsement endowed endowment endurance enemies enemy energetic energies
energy enfield enforce enforced enforcement enforcing engage engagement engagements engaging engine engineer
engineered engineering engineers england english englishman engraving engravings engulfed enhance enhanced
enhancement enhancing enigma enjoyable enjoyed enjoying enjoyment enjoys enlarged enlightenment enlist
enlisted enormous enough enriched enrichment enrico enrique enroll enrolled enrollment ensemble ensembles
ensign enslaved entering enterprise enterprises entertain entertaining entertainment enthusiastic
enthusiastically enthusiasts entire entities entity entrance entrances entrepreneur entrepreneurs
entrepreneurship entries entropy entrusted envelope enveloped environment environmental environmentally
environments envisioned enzo enzyme enzymes epic epidemic epilogue episcopal episode episodes epithet
eponymous epsilon epstein equal equally equals equation equations equator equatorial equestrian equilibrium
equipment equipped equity equivalence equivalent erasmus erebidae eritrea eroded erosion erratic erroneously
errors erskine erupted eruption eruptions escalated escape escaping escort escorted escorting escorts espana
espionage espn essay essays essence essendon essential essentially establish establishing establishment
establishments estadio este esteem estimate estimation estrada estranged estuary etat etched eternity
ethanol ethernet ethical ethics ethnic ethnicity etienne etudes etymology eucalyptus euclidean eurasian
eureka euro euroleague european europeans euros eurovision evade evaluating evan evangelical evangelist
evelyn evening evenings evenly eventual eventually evergreen everton everybody everyday everyone everything
everywhere evicted evidence evidenced evident evidently evie evolve evolved exact exactly exaggerated exam
examination examinations examining example examples exams exasperated excavated excavation excavations
exceed exceeded exceeding exceeds excel excellence excellent exception exceptional exceptionally exceptions
excerpts excess excessive exchange exchanging exchequer excitedly excitement exclaimed exclude excluded
excluding exclusion exclusive exclusively excursion excuse execute executed executing execution executions
executive executives exemplary exemplified exempt exemption exercise exercising exeter exhaled exhaust
exhausted exhaustion exhibit exhibited exhibiting exhibition exhibitions exhibits existence existent exodus
expand expanded expanding expands expansion expectation expectations expected expecting expedition
expeditionary expeditions expenditure expenditures expenses experience experiencing experiment experimental
experimentation experimented experimenting experiments expertise expired explain explained explaining
explains explanation explanations explicit explicitly exploit exploitation exploited exploits exploration
explosion explosions explosive explosives expo exponential exported expose exposed exposing exposition
exposure expressing expression expressions expressive expressway expulsion exquisite extended extending
extends extension extensions extensively exterior externally extinct extinction extinguished extra extract
extracted extraction extracts extraordinary extras extravagant extreme extremely extremes eyebrow eyebrows
eyed eyeing eyelashes eyelids eyre ezekiel ezio ezra fabian fabio fabric fabricated fabrication fabrics
fabulous facade facades face facebook facilitate facilitating facilities facility factories faculties fade
faerie failure failures faintly fairbanks fairchild fairfax fairies fairness faith faithful fake falcons
falkland fall fallout false falsely familiar familiarity families family famine famous famously fang
fantasia fantasies fantastic fantasy farewell farm farmers farmhouse farmland fascinated fascinating
fascination fashion fashionable fashioned faso fastened fastest fatalities fatally fate fatigue fatima
faulkner fauna faux faye fear fearful fearless feasibility feasible featherweight feature featuring february
federal federally federation federer federico feedback feel feelings fein feldman felicia felicity felipe
fell fellowship fellowships felony felt female females feminine femme fences fencing feng ferdinand fergus
ferguson fern fernando ferns ferocious ferreira ferrer fertile fertility festival festivals festivities
feudal fiat fiba fibers fictional fictitious fide fidelity fiercely fiery fiesta fifa fife fifteen fifteenth
fifties fighters figurative figure figuring fiji file filipino filippo film filmfare filmmaker filmmakers
filmmaking filter filtering filters filthy finalist finalists finalized finally financial financially
financing findings fingernails fingerprints fingertips finishing finite finn firefighters fireplace
fireworks firm firmly firstly fiscal fish fisheries fitzgerald fitzpatrick fitzroy fivb five fixtures flag
flagship flanagan flanked flanking flap flashback flashbacks flashlight flatly flattened flaw flawless flea
fledgling fleetwood flemish fletcher flew flex flexed flexibility flexible flickered flickering flip
flirting floated floating flooding flop florence flores florian florida flotilla flourish flourished
flourishing fluctuations fluent fluffy fluid fluids fluorescent flute flutes flutter fluttered fluttering
flux flyers foam focusing foil fold foliage folk folklore followers following fontaine fool foolish foot
footage football footballer footballers foothills footprint footprints footsteps foraging forbade forbid
forbidden forceful forcefully forcibly fordham forecast forefront forehead foreign foreigner foreigners
foreman foremost forensic forerunner forested forestry forests forever forewings foreword forgetting
forgiveness forgotten fork formation formations formats formerly formidable formula formulas formulated
formulation forsyth forthcoming fortification fortifications fortified fortress fortunate fortunately
fortune fortunes forward forwards fossil fossils foul foundation foundations founders foundry fourteen
fourteenth fracture fragile fragment fragmentation fragmented fragments fragrance framework franchises
franciscan frankenstein frankfurt frankie frankish franklin frankly frantic frantically fraser fraternity
fraudulent fray frazier freddie fredrik free freedom freedoms freelance freely freeman freestyle freeway
freiburg freighter fremantle fremont frenchman frenzy frequencies frequency frequent frequented frequently
frescoes freshly freshwater frey freyja friar friars friday fridays friedman friedrich friendly friends
friendship friendships frigate frigates frightening frog frogs from frontal fronted frontier frontiers
frontman fronts fruit fruits frustrated frustrating frustration fuck fuel fueled fugitive fuji fujian
fukuoka fulbright fulfill fulfilled fulfilling fulfillment fulham fullback fulton functional functionality
functioned functioning fundamental fundamentally fundraiser fundraising funeral fungal fungi fungus furlongs
furnace furnished furnishings furniture furrowed furthermore fuscous fuse fuselage fusiliers fusion fuss
futile futsal future futures futuristic fuzzy gabon gabriel gabrielle gaddafi gael gail gala galactic
galaxies galaxy gallagher gallant gallantry galleries gallons galloway galveston galway gambling gameplay
gandhi gangster gardening gardens garfield garland garment garments garnered gasoline gastropod gate gateway
gathered gathering gatherings gaul gaulle gaza gaze gazette gdansk gear gearbox geelong gemini gems
genealogical genealogy generalized generally generals generate generating generation generations generator
generators generosity generous genesis genetically genetics genevieve genoa genocide genuine genuinely geoff
geoffrey geographic geographical geographically geography geologic geological geologist geology geometric
geometridae geometry georges georgetown gerais geraldine germanic gershwin gertrude geschichte gesellschaft
gestapo gesture gesturing gets gettysburg ghanaian ghent ghetto ghostly giacomo gibbs gibraltar gibson
gideon gifford gift gigantic giggle giggling gigs gillespie gilmore gingerly giorgio giovanni girl
girlfriend girlfriends giro giuseppe glacial glacier glaciers gladly gladstone gladys glamorgan glamour
glancing glaring glasgow gleam gleamed gleaming glee glendale glimpse glittering global globalization
globally gloria glorious glory gloucester gloucestershire glow glucose glue glued gmbh goal goalkeeper
goalscorer goaltender goat goblin goddamn goddard goddess godfather godfrey godzilla goes goethe goldberg
goldsmith goldstein golf golfer gomez gone gonzaga good goodbye goodness goodnight goodwill goodwin goofy
google gordon gorgeous gorilla gospel gospels gossip goth gotham gothenburg gothic gotta gottfried gottingen
govern governance governed governing government governmental governments governor governorate governors govt
grab grabbed grabbing gracefully gradient gradual gradually graduate graduating graduation graeme graf
graffiti grafton graham gram grammar grammatical grammy grandchildren granddaughter grandfather grandmaster
grandmother grandparents grandson granite granny granting granville graphic graphical graphics grassland
grasslands grassroots gratitude graveyard gravitational gravity grayson graz greater greatest greatly greco
greenberg greenfield greenhouse greenish greenland greensboro greenville greenwich greenwood greeted
greeting gregorian grenades gretchen grew grey greyhound greyish griffin griffith griffiths grimace grimaced
grimly grimsby grinned grip grit gritted groaned groaning groans groceries grocery groningen grotesque
groundbreaking groundwater group grouped grouping groups growled growth gruff grupo guadalajara guadalupe
guam guangdong guangzhou guantanamo guarantee guard guarded guardian guardians guarding guards guatemala
gubernatorial guernsey guerrero guerrilla guerrillas guessed guessing guggenheim guidance guidelines
guildford guillaume guillermo guinea guineas guinness guitar guitarist guitarists guitars gulf gulp gulped
gundam gunfire gunmen gunn gunpowder guns gunshot gunslinger gupta gurney guru guthrie gutierrez guts guys
guzman gwen gymnasium gymnast gymnastics gypsy habit habitat habitats habits habsburg hackett hackney
haggard hahn haifa hail haiti haitian haji half halftime halifax hallmark halloween hallways halo halt
hamburg hamburger hamilton hamish hamlet hamlets hammer hammering hammersmith hammond hampshire hampstead
hancock handball handbook handcuffs handful handgun handheld handicap handicapped handkerchief handsome
handwriting hangar hangul hannibal hanoi hapoel happen happened happening happens happier happily happiness
happy harassed harassment harcourt hardcore hardcover hardened hardship hardware hardwood hari harlan
harmful harmless harmonies harpsichord harriet harris harrisburg harshly hartford hartman harvard harvested
harvesting haryana hastily hastings hatfield haul hauling havana havilland havoc hawaii hawaiian hawkins
hayward hazard hazardous hazards hazy headache headlights headlining headmaster headquartered headquarters
headwaters healthcare heartbeat heartbreak heartland heavenly heavens heavier heaviest heavily heavyweight
hebrew hectare hectares heidelberg heidi heightened heinrich heinz heiress held helicopter helicopters
helium hellenic hellenistic helm helmets help helped helpful helping helpless helplessly helsinki hemingway
hemisphere henderson hendricks hendrix henley henrietta hepatitis hepburn heraldic herb herbert hercules
hereditary hereford heresy heroism herr herrera herself hertfordshire herzegovina hesitant hesitantly
hesitate hesitated hesitation heterosexual hewitt hezbollah hiatus hickory hidalgo hide hierarchical
hierarchy higgins higher highest highland highlanders highlands highlight highlighted highlighting
highlights highly highness highway highways hike hilarious hillsborough hillside hilltop hilt himself
hinduism hindwings hint hiram hiroshi hiroshima hirsch hispanic hiss histoire historians historical
historically histories history hitchcock hive hoax hobart hodgson hokkaido hold holders holdings holiday
holidays holiness holland hollis holloway holm holocaust holstein holster holt homage homecoming homeland
homemade homestead hometown homework homicide homo homogeneous homosexual homosexuality honda honduras
honeymoon honneur honolulu honorary honoring hood hoop hope hopeful hopefully hopkins horace horatio horizon
horizons horizontal horizontally hormone hormones hornets horrific horrified horror horrors horseback
horsemen horsepower horseshoe horticultural hospice hospital hospitality hospitalized hospitals hostages
hostess hostile hostilities hostility hotels hotspur hottest houghton hour hourly household householder
households housekeeper housemates housing houston however howl html http https hubbard hubert huddersfield
huddled hudson huey huff huffed huffington huge hugely hugh hughes hugo hulk hull humanist humanitarian
humanities humanity humanoid humboldt hume humidity humiliated humiliating humiliation hummed humming
humorous humphrey hundred hundreds hungarian hungarians hunters huntington huntsville hurdle hurdles
hurricane hurricanes hurried hurriedly hurrying husband husbands hush huskies husky hutchinson hybrid
hybrids hyde hyderabad hydraulic hydroelectric hydrogen hygiene hymn hymns hyper hypnotic hypothesis
hypothetical hysteria hysterical hyun hyundai iaaf iain iata ibrahim icao iced icelandic icon idaho ideally
identical identifiable identification identifying ideological ideology idiot idiots idle idol idols ieee
ignacio ignatius ignited ignition ignorance ignorant ignore ignoring iihf illegal illegally illegitimate
illicit illinois illness illnesses illuminated illuminating illumination illusion illusions illustrate
illustrating illustration illustrations illustrator illustrious imagery images imaginary imagination
imaginative imagined imagining imam immaculate immature immediate immediately immense immensely immersed
immersion immigrant immigrants immigrated immigration imminent immortal immortality immortals immune
immunity impact impacted impacts impaired impairment impatience impatient impatiently impending imperative
imperfect imperial imperialism impetus implant implement implementation implementations implemented
implementing implements implicated implication implications implicit implying import importance important
importantly imported imports impose imposed imposing impossible impoverished impressed impression
impressions impressive imprint imprisoned imprisonment impromptu improper improve improvement improvements
improving improvisation improvised impulse inability inaccessible inaccurate inactivated inactive inadequate
inadvertently inappropriate inaugural inaugurated inauguration inca incapable incarcerated incarnation
incentive incentives inception incidence incident incidents inclination inclined include including inclusion
inclusive income incomes incoming incompatible incomplete inconsistent incorporate incorporating
incorporation incorrect incorrectly increase increasing increasingly incumbent incurred indefinite
indefinitely independence independent independently independents index indianapolis indicate indicating
indication indications indicative indicator indicators indictment indifference indifferent indigenous indigo
indirect indirectly individual individually individuals indo indochina indoor indoors induce inducing
induction industrial industrialist industries industry ineffective ineligible inequality inexpensive
inexperienced infamous infancy infant infantry infants inference inferno infiltrate infinitely infirmary
inflammation inflammatory inflated inflation inflicted influence influencing influential influenza influx
info inform informal informally informant information informed informing informs infrared infrastructure
infringement infused ingram ingredient ingredients ingrid inhabitants inhabited inhaled inherent inherently
inherit inheritance inherited inhibition inhibitor inhibitors inhuman initial initially initials initiate
initiated initiating initiation initiative initiatives injunction injured injuries injuring injury injustice
inlet inmates innings innocence innocent innovation innovations innovative innsbruck inorganic input inputs
inquired inquiries inquiry inquisition insane insanity inscribed inscription inscriptions insects insertion
insight insights insignia insignificant insist insisted insistence insistent insisting insists inspected
inspecting inspection inspections inspector inspectors inspiration inspirational inspire inspired inspiring
instability install installation installations installed installing installment instance instances instant
instantly instead instinct instinctively instincts institution institutional institutions instructed
instruction instructional instructions instructor instructors instrument instrumental instrumentalist
instrumentation instruments insufficient insulation insulin insult insulted insulting insults insurance
insurgency insurgents insurrection intact intake integer integers integral integrate integrated integrating
integration integrity intellect intellectual intellectuals intelligence intelligent intended intending
intends intensely intensified intensity intensive intentional intentionally intently interact interacting
interaction interactions interactive intercept intercepted interception interceptions interceptor
interchange intercity intercollegiate intercontinental intercourse interdisciplinary interest interested
interesting interests interface interfaces interfere interfered interference interfering interim interiors
interlude intermediate intermittent internally internationally internment internship interpret
interpretation interpretations interpreting interrogation interrupt interrupted interrupting interruption
intersect intersecting intersection intersections intersects interspersed interstate intervals intervene
intervened intervening intervention interventions interview interviewed interviewing interviews intimacy
intimate intimately intimidated intimidating intimidation intricate intrigued intriguing intrinsic introduce
introducing introduction introductions introductory intruder intrusion intuition intuitive inuit invade
invaded invaders invading invalid invariably invariant invasion invasions invasive inverness inverse
inversion invertebrates invest investigate investigating investigation investigations investigative
investigator investigators investing investment investments investors invincible invisible invitation
invitational invitations invite inviting invoked involuntary involve involvement involving inwardly iowa
ipad ipod ipswich iqbal iranian irina ironically iroquois irrational irregular irregularities irrelevant
irresistible irritated irritating isaac isabel isaiah isbn isil isis islamabad islamic islamist islander
islanders islands ismail isolate isolated isolation isotope israelis issn issuing istanbul italianate
italics italy item iteration ithaca itself iucn ivan ivanov ivory jace jack jackie jackson jacksonville
jacobite jacobs jacqueline jacques jade jaenelle jaguar jaguars jail jain jaipur jakarta jake jameson
jamestown jammu jana janata janeiro janice january jars jarvis jase jasmine java javelin jaws jaya jays jazz
jean jedi jeep jeff jefferson jeffrey jenkins jennie jennifer jennings jensen jeopardy jeremiah jeremy
jericho jerk jerked jerking jerome jersey jerseys jerusalem jessica jesuit jesuits jets jett jewel jewellery
jewelry jewels jewish jews jiangsu jihad jill jimenez jimi jimmie joachim joao joaquin jobs jocelyn jock
jody joel joey johannes johannesburg johansson johnnie johor joining jointly jolt jonathan jong jordan
jordanian joseph josephine joshua josiah journal journalists journals journey journeys juan jubilee judaism
judd judging judgments judicial judiciary judith judo judy juliette julius july jump june jung junior
juniors juniper junk juno jupiter jurassic jurgen jurisdiction jurisdictions jurisprudence jury just
justices justification justified justify juvenile juveniles juventus kabul kade kahn kaiser kaitlyn kaladin
kali kang kangaroo kannada kansas kant kaplan kapoor kappa karachi karate karlsruhe karnataka kashmir kassel
kata kathleen kathmandu kathryn kato katrina katz kaufman kawasaki kazakh kazakhstan kazan keel keen keenan
keep keepers keeps kellan kellogg kemp kendall kendra kendrick kennedy kenneth kensington kent kentucky kept
kerala kern kernel keyboard keyboardist keyboards keynes keynote keys keystone khalid khalifa khan khmer
khorasan khyber kick kickoff kidd kidnap kidnapped kidnapping kiel kiev kildare kilkenny killers kilograms
kimball kinase kincaid kindergarten kindly kindness kinetic king kingdom kingdoms kingsley kingston kinship
kirby kirk kiss kitchen kitchener kitchens kite kits klan klein knee kneeling knees knelt knesset knew knife
knighted knit knitting knives knob knock knocked knocking knockout knot knotted knowing knowledge knowles
knox knoxville knuckles kobayashi kobe kolkata koln kong koppen koreans kosovo kota kowalski krakow kris
krishna kruger kung kunst kurdish kurdistan kurt kuwait kwan kyiv kyoto kyrgyzstan kyushu labeling labels
laboratories laboratory labrador labyrinth lacrosse ladies lady lafayette lagoon laguna lahore lakeside
lakshmi lamb lambda lambert lamp lancashire lancaster landau landings landlord landmark landmarks landowner
landowners landscape landscapes landscaping landslide langley language languages lantern lanterns laptop
largely largest larkin lars larvae laszlo lately latest latham lattice lauderdale laughed laughing laughs
launching laundering laundry laureate laurie lausanne lavender lavish lawn lawsuit lawsuits layered layout
lazarus lazy leadership leaf leaflets league leagues learners lebanese lebanon left leftist legacy legally
legend legendary legends legislation legislative legislator legislators legislature legislatures legitimacy
legitimate lego legs lehman leicester leicestershire leiden leighton leinster leipzig leisure leland
leningrad lent leonid leopold leroy lesbian leslie lesson lethal leto lets lettering letterman letters
leukemia levant leveled levels levy lewis lexington leyte lgbt liability liaison liam liar liberalism
liberals liberated liberation libertadores libertarian liberties liberty librarian libraries library
libretto licensing lids liechtenstein lieu lieutenant life lifeboat lifeless lifelong lifespan lifestyle
lifetime lift liga ligament ligand lighthouse lightweight ligue likened likeness likewise lila lilith lima
lime limerick limestone limit limitations limited limiting limits limo limousine limp lincoln lincolnshire
lineage linebacker lineman lineup lingering linguist linguistic linguistics linnaeus linux lion lionel
lipstick liquid liquidation liquids liquor lisbon listeners listings literally literature lithium litigation
litres littered little liturgical liturgy liverpool livestock lizzie ljubljana load loaf lobbied lobbying
lobster localities locality localized locally locate located locating location locations loch lockheed loco
locomotive locomotives loft logic logical logistical logistics logo loki lola loneliness longest longevity
longitude longitudinal longtime look lookout loosely loosened lopez lord lordship lorenzo loretta lori
lorraine lost louder loudly louisiana louisville lounge louvre lowest lowlands loyalists loyola lucifer
lucille lucinda lucius lucivar luckily lucknow lucrative ludwig luftwaffe luggage luigi luke lullaby lulu
luminous lumpur lunatic lund lungs lurched lure lurking lust luther lutheran luxembourg luxurious luxury
lviv lydia lyle lyman lynx lyon lyric lyrical lyricist lyrics macarthur macau macbeth maccabi mace machine
machinery machines macquarie macy madagascar maddie maddox madeira madhya madman madonna madras madrid
maestro magazine magazines maggie magic magical magician magistrate magistrates magnate magnesium magnet
magnetic magnificent magnitude magnolia maharaja maharashtra mahogany maid mainline mainstream maintain
maintained maintaining maintains maintenance majestic majesty majority makeshift makeup malabar malacca
malaria malawi malayalam malcolm maldives malibu malicious mallory malmo maltese malvern mammal mammalian
mammals mammoth management managerial managing manchester manchu mandarin mandate mandatory mandela mandir
mandolin maneuver maneuvers manfred mangrove manhattan manifestation manifested manifold manipulate
manipulated manipulating manipulation manitoba mankind mannheim manpower mansfield mansions mantle mantra
manually manufacturing manuscript manuscripts maps marathi marathon marble margaret margarita marginal
margot marguerite marianne marijuana marilyn marissa maritime marjorie markedly marketed marketing
marketplace markham markings marlborough marlene marquess marquette marquez marquis marriott marsden
marseille martinez martinique martyrs maru marvelous marx maryland marylebone mascara masculine masjid mask
masonic masonry masovian massachusetts massacre massif massimo mast mastering masterpiece materialized
materials maternity mathematical mathematician mathematicians mathematics matilda matrices matrix matt
mattress maturity maud maui maureen maurice mauritius mausoleum maverick mavericks maximal maximilian
maximize maxwell maya maybe mayfair mayfield mayhem maynard mayoral mazda mcbride mccall mccarthy mccartney
mccormick mccoy mcdowell mcgee mcgill mcgrath mcgraw mcgregor mcintyre mckenna mckinley mclaren mclaughlin
mcmahon mcnamara mcpherson mcqueen meadow meadows meaningful meaningless meanings meantime meanwhile measure
measurement measurements measuring mechanic mechanical mechanically mechanics mechanism mechanisms
mechanized mecklenburg medallion mediated medicare medications medici medicinal medicine medicines medieval
mediterranean medium medley meek meet meetings meiji mein melancholy melanie melbourne melee melissa mellon
melodic melodies melody melt melted melville member members membership membrane membranes memo memoir
memoirs memorabilia memorable memorandum memorial memorials memories memphis menace menacing mendoza meng
menon mentally mention mentioned mentioning mentions mentor mentoring menu mercantile mercedes mercenaries
mercenary merchandise merchant merchants mercury meredith merely mergers meridian merit meritorious merits
mermaid merrill merritt mesa mesh mesopotamia messages messaging messenger messengers messiah metabolic
metabolism metacritic metadata metallic metaphor metaphysical meteorological methane method methodist
methodology methods methyl metric metropolis metropolitan metz mexican mexico meyrick micah mice michaels
michelangelo michigan mick microphone microscopic microsoft microwave middlesbrough middlesex middleweight
midfield midfielder midi midland midlands midnight midsummer midtown midwest migrant migrants migrate
migrating migratory miguel mika mikhail mild mildred milestone milford militant militants military militia
militias mill millennia millennium millimetres milo milwaukee mindanao mineral minerals minerva ming minh
mini miniature miniatures minimal minimize minimum minions ministerial ministers ministry minneapolis
minnesota minogue minorities minority minsk mint minute minutes miocene miracle miracles miraculous mirage
miranda miriam mirror mirrored mirrors miscellaneous mischief mischievous misconduct miserable misery
misleading missile missiles missionaries missionary mississippi missouri mistakenly misunderstanding
misunderstood mitchell mitochondrial mitsubishi mixtape moat mobile mobilization mobilized mock moderate
moderately moderator modern modernization modernized modification modifications modified modify modifying
modular modulation module modules moffat mohawk moisture mojo mold moldova mole molecular molecule molecules
molina mollusk molten moment momentarily momentary moments momentum mona monaco monasteries monastery
monastic monday mondays monetary mongol mongols monica moniker monique monitor monitored monitoring monitors
monk monkeys monmouth mono monograph monopoly monroe monsieur monsoon monsters monstrous montagu montenegrin
montenegro montevideo montgomery monthly montpellier montreal montrose monument monumental monuments moon
moonlight moravian moreno moreover moritz mornings moroccan morocco morphological morphology morrison mort
mortgage mortimer mosaic moscow moshe mosque mosques mosquito motif motifs motioned motionless motivated
motivation motive motives motorcycle motorcycles motorized motorola motorsport motorsports motorway motown
mountainous mouthed movement movements mozambique mozart mrna much muffled mughal muir mukherjee mule multi
multicultural multimedia multinational multiplayer multiple multiplication multiplied multitude mumbai
munchen mundane munich municipal municipalities municipality munitions munoz murder murderers murdering
murderous murders murdoch muriel murmur murmured murmurs murphy murray musa muscle muscular museum museums
mushroom mushrooms musically musicals musician musicians musique muslim muslims mussolini must mustache
mustafa mustang mustard mutant mutants mutation mutations mute mutiny muttering mutual mutually myanmar
myers myra myriad myrtle myself mysore myspace mysteries mysterious mysteriously mystic mystical mythical
mythological mythology naacp nadu nagasaki nagoya nair nairobi nakamura name namely namesake namibia nana
nanjing nano nantes naomi nape napier napkin naples napoleon napoleonic napoli nara narayan narcotics
narrated narration narrative narratives narrator narrowing narrowly nascar nash nashville nassau nasser
natasha nate nathan nathaniel nationalists nationalities nationality nationally nationwide natives nato
natural naturalist naturalized naturally naughty nausea nautical navajo navigable navigate navigation
navigator navy nawab nazareth nazi nazis ncaa near nearest neat nebraska nebula necessarily necessary
necessitated necessity neck necklace nectar nedra needle needles negative negatively neglect neglected
negligence negotiate negotiated negotiating negotiation negotiations nehru nelson nemesis neoclassical
neolithic neon nephew neptune nervous nervously nest nestled nestor netball netflix netherlands network
networking networks neue neumann neurological neurons neuroscience neutrality neutron nevada nevertheless
newark newborn newbury newcastle newcomer newcomers newell newest newfound newfoundland newman newmarket
newport news newscast newscasts newsletter newspaper newspapers newsweek newt next nexus ngos nguyen niagara
niall nicaragua nicely nicholson nickel nickelodeon nickname nicknamed nico nielsen nietzsche nightclub
nightfall nightingale nightmare nightmares nightstand nighttime nike nikita nikki nile nilsson nine nineteen
nineteenth ninety nino nintendo ninth nipples nippon nirvana nissan nitrate nitrogen noah nobleman nobles
nobody noctuidae nocturnal nodded nodding node noelle noir nokia nolan nomadic nomenclature nominal
nominally nominations nominee nominees none nonetheless nonfiction nonlinear nonprofit nonsense nonstop
noodles noon nope nord nordic norfolk normandy northampton northamptonshire northbound northeast
northeastern northern northernmost northumberland northward northwards northwest northwestern norway
norwegian norwich norwood nostalgia nostrils notch notebook noteworthy noticing notification notified
notoriety notorious nottingham nottinghamshire notwithstanding noun nouveau nouvelle novelist novella novels
novelty november novgorod novi novo nowadays nowhere nrhp nuclei nucleus nude null numb numbered numbering
numbers numerical numerous nunez nuremberg nursery nutrient nutrients nutrition nutritional nuts nylon
oakland oakley oaks oath oaxaca obama obedience obesity obey obeyed obituary object objected objection
objections objective objectives objects obligation obligations obligatory obliged oblique oblivion oblivious
oboe obscene obscure obscured observation observations observatory observing obsessed obsession obsidian
obsolete obstacle obstacles obstruction obtain obtained obtaining obvious obviously occasion occasional
occasionally occasions occult occupants occupation occupational occupations occupy occupying occur occurred
occurrence occurrences occurring occurs ocean oceans ochreous oclc octagonal octave october octopus oddly
odds odessa odin odisha odor odyssey offenders offensive offer offered offering offerings offers official
officially officials offs offset offshore offspring often ogden ohio okay okinawa oklahoma olaf oldham
oldies oleg oliveira olympics olympus omar ominous omnibus onboard oneself ongoing only onset onslaught
onstage ontario onto onwards opaque open opening openings openly opera operas operate operatic operating
operation operational operations operative operatives operator operators opinion opinions opium opponent
opponents opportunities opportunity oppose opposing opposite opposition oppression oppressive opted optics
optimism optimistic optimization optional options opus oracle orbit orbital orbiting orbits orchard orchards
orchestrated orchid ordained ordeal orderly ordinary ordination oregon organic organisms organizational
organs orgasm orient oriental orientation oriented origin original originally originals originate
originating origins orioles orlando orleans ornamental ornaments ornate orphan orphanage orphaned orphans
ortega orthogonal ortiz osaka oslo ostensibly oswald otago otherwise otis ottawa ottoman ottomans outbreak
outburst outcome outcomes outdated outdoor outdoors outfielder outfit outfits outgoing outlaw outlawed
outlaws outlets outline outlook outlying outnumbered outpost output outputs outrage outraged outrageous
outreach outright outsiders outskirts outspoken outstanding outstretched outta outward oval overall
overboard overcoming overdose overgrown overhaul overland overlap overlapping overlooked overlooking overly
overrun oversaw overseeing overshadowed oversized overthrow overtime overture overturned overview
overwhelmed overwhelming overwhelmingly owners ownership oxford oxfordshire oxidation oxide oxygen oyster
pacific pack package packaging packard pact paddington padre padres pads pagan pageant pagoda painful
painfully paintings pair paisley pajamas palatinate palatine palazzo palermo palestine palestinian
palestinians palette pali pamela pamphlet pamphlets panama pancakes panchayat pandora panels pang panic
panicked panorama pantheon panther panthers panzer papacy paperback papers paperwork papyrus parachute
parade parades paradigm paradise paradox paragraph paraguay parallel parallels paralympic paralympics
paralysis paralyzed parameter parameters paramilitary paramount parana paranormal parapet parasite parasites
parasitic parc parcels parchment pardon parental parentheses parenting parishes parisian parkinson parkway
parliament parliamentary parlor parochial parody parramatta partially participant participants participate
participating participation particular particularly partisan partition partner partnered partnering partners
partnership partnerships pasadena pascal paso pass passages passageway passenger passengers passion
passionate passions passport passports password pastoral pastures patented pathetic pathogen pathology
pathway pathways patience patiently patna patriarch patricia patriot patriotic patriots patrolling patronage
pattern patterned patterns pauline pavement pavilion paws payload payment payments payroll peabody peaceful
peacefully peacekeeping peacock peanut peanuts peasants peat pebbles peck peculiar pedestal pedestrian
pedestrians pediatric pedro peek peel peerage pegasus peggy pembroke penalties penalty penang pencil
pendleton pendulum penelope penetrate penetrated penetrating penetration peng penguin penguins penitentiary
pennsylvania pensacola pentagon penthouse penultimate people peoples pepper peppers pepsi peptide perceive
perceived percent percentage perception perceptions perched percival percussion pereira perennial perfection
perfectly perform performance performances performers performing performs perfume perhaps perimeter period
periodic periodical periodically periodicals periods peripheral periphery perished perkins permanent
permanently permission permits permitted permitting perpendicular perpetrators perpetual perrin persecuted
persecution persians persist persisted persistence persistent personalities personality personally personnel
perspective perspectives persuade persuaded persuasion pertaining peru peruvian peshawar pest peterborough
petersburg petition petitioned petitions petra petroleum peugeot phantom pharaoh pharmaceutical
pharmaceuticals pharmacy phenomena phenomenon phil philadelphia philanthropic philanthropist philanthropy
philharmonic philippine philippines philology philosopher philosophers philosophical philosophy phoebe
phoenix phones phonetic phosphate phosphorus photographers photographic phyllis phylogenetic physical
physically physician physicians physicist physics physiological physiology pianist piano pianos picasso
pickering pickup picnic pictorial picture picturesque pieces piedmont pierced piercing pietro pigeon pigeons
pigment pigs pilasters pile pilgrim pilgrimage pilgrims pillar pillars pillows piloted ping pink pinnacle
pinyin pioneer pioneered pioneering pioneers pipeline piracy pirate pirates pisa piss pitchfork pitching
pits pitt pittsburgh pity pivotal pixel pixels placement plagued plainly plaintiff plaintiffs planetary
planners plantation plantations plaques plasma plaster plastered plastics plateau platform platforms
platinum platoon plausible play playable playback playboy playful playfully playground playhouse playoff
playoffs playstation playwright plea pleasantly pleasure pleasures pleistocene plenty plotted plotting
plucked plug plumage plumbing plunge plunging plural plurality plymouth pmid pneumonia podcast poem poet
poetic poetry pointedly pointless poisoned poisoning poisonous pokemon polgara policies policing polish
polished politely political politically politician politicians politics pollard pollock pollution polymer
polymers polynomial polynomials polytechnic pontiac pontifical pony ponytail poor poorer poorly popcorn pope
populace popular popularity popularized popularly populated population populations populous porcelain pork
porn pornographic pornography porsche portable portfolio portico portions portland portrait portraits
portray portrayal portrayed portraying portrays portsmouth portugal portuguese position positioned
positioning positions positive positively possess possessing possession possessions possessive possibilities
possibility post postdoctoral posterior posters postgraduate posthumous posthumously postmaster postponed
postseason postwar potassium potato potatoes potential potentially potomac potsdam poultry pour poverty
powerful powerhouse powerless powerplant poznan practical practically practice practicing practitioner
practitioners pradesh prairie prakash prasad precautions preceded precedence precedent preceding precinct
precipitation precisely precision precursor predecessor predecessors predict predictable predicted
predicting prediction predictions predominant predominantly preface prefecture prefix pregnancy pregnant
prehistoric prejudice preliminary prelude prem premature prematurely premiered premiership premio premium
prentice preoccupied prep preparation preparations preparatory prepare preparing prequel presbyterian
preschool prescott prescribed prescription preseason presence presentation presentations presenters
presently preserving presley pressure prestige prestigious preston presumably pretend pretended pretending
pretoria prevailed prevailing prevalence prevalent prevention previously prey pricing priest priestess
priesthood priests primaries primarily primary primera primetime primitive princely princess princeton
principal principality principally principals principle principles priorities priority priscilla prism
prisoner prisoners prisons pristine privacy privateer privately privatization privilege privy prix
probability probation problem problematic problems procedural procedure procedures proceed proceeded
proceeding proceedings proceeds processing proclaimed proclamation proctor procurement prodigy producing
production productions productive productivity professional professionally professionals professions
professorship proficiency proficient profile profiles profit profitable profits profound profoundly program
programming programs progress progressing progression progressive progressively prohibit prohibited
prohibiting prohibition prohibits proliferation prolific prologue prolonged promenade prominence prominent
prominently promising promotion promotional promotions prompt promptly pronounced pronouns pronunciation
prop propaganda propagation propellers proper properties prophecy prophet prophets proponent proponents
proportion proportional proportions proposal proposals propose proposing proposition proprietary proprietor
propulsion prosecuted prosecution prosecutor prosecutors prospect prospective prospects prosperity
prosperous prostate prostitute prostitutes prostitution protagonist protagonists protector protectorate
protege protein proteins protestant protestants protesters protocol protocols prototype prototypes
protruding proud proudly providence providing provinces provincial provision provisional provisions
provocative provoke provoked provost proximity pseudo pseudonym psychedelic psychiatric psychiatrist
psychiatry psychic psychological psychologist psychologists psychology psychotic ptolemy public publication
publications publicity publicized publicly publish publishing pubs puck pudding puerto puff puget pulitzer
pull pulmonary pulp pulpit pumpkin punching pune punish punished punishment punishments punk pupil pupils
puppet puppets purcell purchase purchasing purification purity purple purported purpose purposely purposes
pursuant pursuing pursuit pursuits pussy putin putnam puts pyramid pyrenees python qaeda qing quadrant
quakers qualification qualifications qualifiers qualifying qualities quantitative quantities quantity
quantum quarrel quarries quarry quarterback quarterfinal quarterfinals quarterly quartermaster quarters
quartz quasi quay quebec queens queensland quentin query question questionable questioned questioning
questions queue quezon quicker quickly quieter quietly quincy quinlan quinn quintet quiver quivering quiz
quoting raaf racecourse racehorse racetrack raceway rachel radar radcliffe radha radiant radiated radiating
radiation radically radicals radioactive rafael rafe rags rahman railroad railroads railway railways rainbow
rainfall rainforest raja rajasthan raju raleigh ralph ramirez ramp rampage rampant rana randall randolph
randomly rani rankings rann raphael rapidly rapper rappers rare rashid ratification ratified ratings ravaged
ravens ravi ravine raymond rays razor rbis reaction reactions reactivated reactive reactors reacts readily
readiness readings realistic realities reality realization realms reappeared rear rearview reasoning
reassigned reassure reassured reassuring rebecca rebelled rebellion rebellious rebels rebirth reborn rebound
rebounds rebranded rebuilding recall recalled recalling recalls recapture recaptured receipt receipts
receiving recently receptionist receptions receptor receptors recess recipe recipes recipient recipients
reciprocal recital recited reckless reckon reclaim reclaimed reclamation recognition recognizable
recognizing recoil recommend recommendation recommendations recommended recommends reconcile reconciled
reconciliation reconnaissance reconstructed reconstruction record recording recordings records recounted
recounts recovered recovering recreation recreational recruit recruited recruiting recruitment recruits
rectangular recurring recycled recycling reddish redemption redesign redesignated redesigned redeveloped
redevelopment redhead rediscovered redistribution redskins reducing reductions redundant redwood reef reeves
referee referees referencing referendum refinery refit reflect reflecting reflections reflective reflects
reflex reform reforming reforms refrain refreshing refrigerator refueling refugees refurbished refurbishment
refusal refusing regarding regardless regatta regency regeneration regents regime regiment regimental
regiments regimes regina reginald regional regis register registered registering registers registrar
registration registry regret regrets regretted regular regularly regulars regulate regulating regulation
regulations rehab rehabilitation rehearsal rehearsals reid reindeer reinforce reinforced reinforcement
reinforcements reinstated reintroduced reissue reissued reiterated reject rejecting rejection rejects rejoin
rejoined relation relational relations relationship relationships relative relatively relatives relativity
relaunched relaxation release releasing relegated relentless relevance relevant reliability reliable
reliance relic religion relinquished relocate relocated relocating relocation reluctance reluctant
reluctantly relying remark remarked remarks remarried remastered rematch remedy remember remembered
remembering remembers remembrance remind reminding reminds remington reminiscent remix remnant remnants
remodeled remorse remotely removal removing remy renaissance renamed renaming renault rendered rendering
rendezvous rendition renegade renewable renewal renewed reno renovated renovation renovations renowned
renumbered reopened reorganized repair repaired repairing repairs repeatedly repeating repeats repertoire
repertory repetition repetitive replace replacement replacements replacing replica replicate replication
reportedly reporters reporting repository represent representation representations representative
representatives represented representing represents reprint reprinted reprise reprised reproduce reproduced
reproduction reproductive reptiles republic republican republicans republics republished repulsed reputation
reputed request requested requesting requests requiem require requirement requirements requiring rescue
rescuing research researching resemblance resemble resembling resentment reservations reservoir reservoirs
residences residual resist resistance resistant resisted resisting resolve resolved resonance resource
resources respect respectable respected respectful respecting respective respectively respects respiratory
respond responded respondents responding responds response responses responsibilities responsibility
responsible responsive restart restarted restaurant restaurants restless restoration restore restored
restoring restrained restraining restraints restrict restricted restricting restriction restrictions
restrictive restroom restructuring result resultant resulted resulting results resume resurgence resurrected
resurrection retailer retailers retaliation retire retired retirement retiring retracted retreat retreating
retribution retrieval retrieve retrieved retrospective return returned returning returns reunification
reunion reunite reunited reuters revealing reveals revelation revelations revenues reversal reverse
reviewers reviewing reviews revision revisions revisited revival revive revoked revolt revolutionaries revue
reworked reykjavik reynolds reza rhapsody rhea rhetoric rhineland rhodes rhodesia rhyme rhymes rhys rhythm
rhythmic rhythms riaa ribbon ribs ricardo richard richards richardson richly richmond rico ridiculous riff
rifle rifles riga righteous rightful rigid rihanna riot ripe risked rita ritual rituals rival rivalry rivals
riverside roadside roam roanoke roar robb robbins robertson robinson robotic robotics robust rocco rochdale
roche rochelle rochester rockefeller rockies rockwell rodents roderick rodrigo rodriguez role rolf romance
romanesque romanized romantic rooftop roommate roosevelt rope rory rosa rosalie rosario rosemary rosenberg
rosenthal rosewood rosy rotate rotated rotational roth rotherham rothschild rotterdam roughly roundabout
rourke rousseau routinely routines routledge royalties rubbing rubbish rubs rudd rudder rudolf rudolph rudy
rufus ruiz ruling rumored rune runoff runways rupert russell russians rustic rustling rutgers rutherford
ruthless rutland sabbath sabotage sabres sabrina sacrifice saddam sadie safari safeguard saga sahib said
saigon sailors sakura salad salamanca salaries salary salazar salesman salisbury saliva salsa salute
salvador salvation salvatore salzburg samantha sampling samsung samuel samurai sanchez sanctioned sanctions
sanctuary sandra sandstone sandwich sandwiches sanitary sanitation sanjay sank sanskrit santana santiago
santos sapphire sarajevo saratoga sarawak sarcasm sarcastic sarcastically sardinia saskatchewan saskatoon
satellite satellites satire satirical satisfaction satisfactory satisfied satisfy satisfying saturated
saturday saturdays saturn sauce saul sausage sava savings savior savoy sawmill saxe saxophone saxophonist
scan scandal scarborough scarcely scenario scenarios scenery scenic scented schedule scheduling scheme
schemes schizophrenia schleswig schmidt schneider scholar scholarly scholars scholarship scholarships
scholastic school schoolhouse schooling schools schooner schubert schultz schumacher schumann schuster
science sciences scientific scientist scientists scientology scissors scoffed scorpion scotch scotia
scotland scottish scowl scowled scramble scrambled scrambling scranton scraping scratch scratching screen
screened screening screenings screenplay screens screenwriter screwed screwing scribe script scripted
scripts scripture scriptures scrolling scrolls scrubbed scrutiny scully sculpted sculptor sculptors
sculpture sculptures seafood seahawks seamus search searching seaside seasonal secluded second secondary
secondly seconds secrecy secret secretariat secretaries secretary secretive secretly secrets sect section
sectional sections secular secure secured securely securing securities security sediment sedimentary
sediments seductive seeker seekers seem seemingly sega segment segments segregated segregation segunda
seismic seizing seizure seizures selangor seldom selecting selective selfish sellers selma semantic
semantics semester semi semiconductor semifinal semifinals seminole semitic senate senator senators seneca
senegal sensation sensations sensible sensitive sensitivity sensual sentai sentence sentencing sentiment
sentimental sentiments sentinel separate separately separating separation september sequel sequels sequence
sequences sequencing sequential serb sergeant sergio serialized serials serious seriously seriousness sermon
sermons serpent serum servant servants service servicemen servicing serving sesame session sessions seth
settings settlement settlements setup seventeen seventeenth seventies several severely severity sewage
sexual sexuality sexually sexy seychelles seymour shadowed shaggy shah shakespeare shamrock shandong
shanghai shankar shannon shapiro shareholder shareholders sharif sharon sharpened sharply shed sheffield
sheikh sheila shelter sheltered shelters shelves shenzhen shepherd sheridan sheriff sherlock sherwood
shetland shield shielded shielding shields shifters shifting shillings shimmering shining ship shipbuilding
shipment shipments shipyard shirley shitty shiver shivered shivering shivers shocking shooters shootout shop
shoreline shortage shortages shortened shortest shortlisted shortly shortstop shotgun shoulder shouldered
shoulders shouted showcase showcasing showdown showered showers showtime shredded shreveport shrewsbury shri
shrieked shrimp shrines shrinking shropshire shrugged shudder shuddered shuddering shuffle shuffled
shuffling shutting shuttle siam sibling siblings sichuan sicilian sicily sickness sidekick sidewalk
sidewalks sideways siegfried siemens sigismund sign signage signal signaled signals signature signatures
significance significant significantly signifies sikh silas silence silenced silent silently silhouette
silicon simi similar similarities similarity similarly simplest simplicity simplified simpsons sims
simulations simulator simulcast simultaneous simultaneously sinai sinatra sincere sincerely sincerity
sinclair singapore singleton singular sinn sino sioux sirens sirius sisters sitcom situ situated situation
situations sixteen sixteenth sixties sizable skaters skeletal skeleton skeletons skeptical skepticism sketch
sketches skiing skimmed skin skinny skip skirmish skopje skye skyline skyscraper slab slalom slammed
slamming slap slaughtered slavery slavic sleeper sleeve sleeves slender slightest slip slippery slopes slot
slovak slovakia slovene slow slowly slumped smackdown smaller smallest smallpox smartphone smashing
smashwords smeared smirk smirked smithsonian smoked smoking smooth smoothed smoothly smug smuggling snap
snaps snarled snatch snatched sniffed sniffing sniper snooker snowfall snuggled snyder soap sobbing sobs
soccer social socialists socially societal societies socio sociological sociologist sociology socrates soda
soft softball softened softer softly softness software soho soldier soldiers solely solemn solemnly
solicitor solidarity solids solitary solitude solo soloist soloists solomon solos soluble solution solutions
solved solvent solving somebody someday somehow someone someplace somerset somerville sometime sometimes
somewhat somewhere sonata song songwriter songwriters songwriting sonora sooner soothe sophisticated
sophomore soprano sorbonne sorcerer sorority soto soundtrack soundtracks soup sour source southampton
southbound southeast southeastern southend southern southernmost southland southport southward southwest
southwestern sovereign sovereignty soviet soviets soyuz spacecraft spaceship spacious spaghetti spaniards
spanish sparhawk sparkle sparkling sparrow sparsely spartans spat spatial speaker spearheaded spec special
specialist specialists specialization specials species specific specifically specification specifications
specify specimen specimens spectacle spectacular spectator spectators spectroscopy spectrum speculated
speculation speculative speech speeches speechless speedway sperm sphere spheres spherical sphinx spider
spiders spielberg spirit spirited spirits spiritual spirituality spitfire splendid spoiled spokane spokesman
spokesperson sponge sponsor sponsored sponsoring sponsors sponsorship spontaneous spontaneously sporadic
sportsman spotlight spotted spouse sprawled sprawling spread spreading spreads springfield springsteen
spruce spun spur spurred spurs squadron squadrons squads squash squeak squealed squeeze squeezed squeezing
squinted squinting squirrel squirrels stab stabbed stabbing stability stabilization stabilize stabilized
stadium stadiums staffordshire stagecoach staggered staggering stainless staircase stairway stairwell
stakeholders stallion stammered stance standalone standard standardization standardized standards standing
standings stanley stanton stanza starboard starbucks starters startup starvation statehood statement
statements statesman statewide static stationary stationed stations statistical statistics statutory staunch
steadily steady stealth steamboat steamship steelers steering steiner stench stepfather stephens stephenson
stepmother steppe stereo stereotypes sterile stevenson stew stiffened stiffly stillness stimulating stimuli
stimulus stockholm stockings stockport stockton stomach stop storage storyline storylines storytelling
straight straighten straightened straightening straightforward stranded strangely strangers strangled
strasbourg strata strategic strategically strategies strategy stratford strauss strawberry streamlined
street streetcar streets strength strengthen strengthened strengthening strengths stress stretch stretching
strewn stricken strict strictly strikeouts stripping strolled strongest stronghold strongly structural
structurally structure struggle struggling stubborn stucco student students studio studying stuffing stunned
stunning stunts stupid stupidity stuttgart styling stylistic stylized styx subcommittee subconscious
subcontinent subdistrict subdivided subdivision subdivisions subdued subfamily subgenus subgroup subject
subjected subjective subjects sublime submarine submarines submerged submission submissions submitted
subordinate subscribers subscription subsequent subsequently subsided subsidiaries subsidiary subsidies
subsidy subsistence subsp subspecies substance substances substantial substantially substantive substitute
substitution substrate substrates subterranean subtropical subunit suburb suburban suburbs subway succeed
succeeded succeeding succeeds success successes successful successfully succession successive successively
successor successors succumbed such sudanese sudbury sudden suddenly sued suez suffered suffering suffers
sufficient sufficiently suffix suffolk suffrage sufi sugar sugarcane suggest suggested suggesting suggestion
suggestions suggests suicidal suicide suitable suitcase sulawesi sulfate sulfur sullivan sultan sultanate
sumatra summarized summary summers summon summoned sumo sums sundance sunday sundays sunderland sunglasses
sunk sunken sunlight sunrise suns sunshine superfamily superficial superhero superhuman superintendent
superior superiority superiors superliga superman supermarket supermarkets supernatural superseded superstar
superstructure supervise supervised supervising supervision supplement supplemental supplementary
supplemented supplements supply supplying support supporters supporting supportive supports suppose supposed
supposedly suppress suppressed suppression supremacy supreme surf surface surfing surgeon surgeons surgery
surgical surpassed surpassing surplus surprise surprising surprisingly surreal surrender surrendered
surround surrounded surrounding surroundings surrounds surveillance surveyed surveying surveyor surveys
survival survive surviving survivor survivors susceptible susie suspect suspected suspects suspend suspended
suspense suspension suspicion suspiciously susquehanna sussex sustain sustainability sustainable sustained
sustaining sutherland sutra suzanne suzuki suzy swallowed swallowing swallows swan swansea sway sweatshirt
sweden swedish sweeney sweetheart sweetie sweetly sweetness swiftly swim swimmer swimmers swimming swindon
swirl swirled swiss switzerland swollen syed sykes syllable syllables sylvester symbol symbolic symbolism
symbols symmetric symmetrical symmetry sympathetic sympathy symphonic symphonies symphony symposium symptoms
synagogue sync synchronized syndicate syndicated syndication syndrome synod synonym synonymous syntax synth
synthesis synthesizers synthetic syracuse syrup system systematic systematically systemic systems tabitha
tabloid taboo tackle tacoma tactic tactical tactics taekwondo taft tags tailored taipei taiwan taiwanese
tajikistan takahashi takeoff takeover talbot talent talented talents taliban tallest tallinn talmud tame
tampa tanaka tandem tangent tangible tanzania tape tapestry tara target targeted targeting targets tariff
tariffs tarzan task tatiana tattoo tattooed tattoos tatum taunton taut tavi taxa taxation taxi taxonomic
taxonomy taxpayer taxpayers tbilisi tchaikovsky teachings teammate teammates tear teatro technical
technically technician technicians technique techniques techno technological technologies technology teen
teenagers tehran tehsil telangana telecast telecom telecommunication telecommunications telegram telegraph
telenovela telephone telescope telescopes televised television tell telugu temeraire temper temperament
temperance temperate temperature temperatures tempered tempest templar template temple temples temporal
temporarily temporary temptation tempted tempting tenant tenants tendencies tendency tenderly tenderness
tennessee tentacles tentative tentatively tenure tequila terence term terminal terminals terminate
terminating termination terminology terminus terrace terraces terrain terrestrial terrific terrified
terrifying territorial territories territory terrorists tertiary test testament testified testify testimony
testosterone text textbook textbooks textile textiles textual texture textures thai thailand thanked
thankful thankfully thanksgiving that thatcher thayer theatrical theft thematic themselves then theo
theologian theologians theological theology theorem theoretical theoretically theories theorist theorists
theory therapeutic therapist therapy thereafter therefore thereof thermal thesis thessaloniki theta they
thicker thickness thierry thieves thinkers thinner third thirds thirteen thirteenth thirties this thom
thornton thoroughbred thoroughly thou thoughtful thoughtfully thoughts thousand thousands threaded threaten
threatened threatening threatens threshold thrilling thrive thriving throbbed throbbing throttle throughout
throwing thru thud thug thumbs thumped thumping thunder thursday thwarted thyroid tianjin tiberius tibet
tibetan tide tidy tierney tiffany tigers tightened tightening tilt tilting timbers timeless timeline timely
timetable timothy tina tingling tiny tipperary tirana tire titanic titanium titans tito titular toad tobacco
tobago tobias toby today todd together togo toilet toilets tokugawa tokyo told toledo tolerance tolerant
tolerate tolerated tolkien tomato tomatoes tomb tombstone tome tomorrow tongue tongues tonight took topics
topographic topography topological topology tori torino torment tormented tornado tornadoes toronto torpedo
torpedoes torque torres tortricidae torture tortured toss tossed tossing total totaled totaling totally
totals tottenham touchdown touchdowns touching toulon toulouse tour tourists tournament tournaments towards
town townland townsend township townships townspeople townsville toxicity toyota toys tractors trademark
tradition traditional traditionally traditions traffic trafficking trafford tragedy tragic trajectory tram
tramway transaction transactions transatlantic transcribed transcript transcription transfer transferred
transferring transfers transform transformation transformations transformed transformers transforming
transforms transgender transient transition transitional transitioned transitions translate translating
translation translations translator translators translucent transmission transmissions transmitters
transmitting transparency transparent transplant transport transportation transported transporting
transports transvaal transverse transylvania trauma traumatic traversed travis treacherous treatment
treatments trek tremble trembled trembling tremendous trenches trenton trey triangle triangles triangular
triassic tribunal tributaries tributary trickle trident trieste trigger triggered triggering triggers
trillion trilogy trim trimmed trinidad trinity trio triple tripoli tristan triumph triumphant trivial trois
trojan trolley trombone trondheim troop trooper troopers troops trophies trophy trouble troupe trousers
trout troy truly truman trumpet trumpeter trumpets truncated trustees truths tsar tsunami tuba tube
tuberculosis tubular tucson tuesday tufts tuition tulane tulsa tuna tune tunnels turbine turbines turbo
turbulence turbulent turf turk turkey turkic turkish turkmenistan turmoil turnbull turnout turnover turnpike
turquoise turret turrets turtle turtles tuscany twelfth twelve twenties twentieth twenty twice twilight
twinkle twinned twist twisted twisting twists twitter tyler tyne type typhoon typically tyrant tyre tyrol
tyson uber ubiquitous ucla uefa uganda ugly ukraine ukrainian ulrich ulster ultimate ultimately ultimatum
ultra ultrasound ultraviolet ulysses umbrella unacceptable unaffected unanimous unanimously unauthorized
unavailable unaware unbearable unbeaten unbelievable unbroken uncanny uncertain uncertainty unchanged uncle
uncles uncommon unconscious unconstitutional unconventional uncover uncovered uncredited undead undefeated
under undercover undergo undergoes undergoing undergone undergraduate underground underlying undermine
underneath underside understand understanding understands understood undertaking undertook underwater
underway underwear underwent underwood underworld undeveloped undisclosed undone undoubtedly undrafted
unearthed unemployed unemployment unesco uneven unexpected unexpectedly unfair unfamiliar unfinished
unfolded unfortunate unfortunately unhappy unicef unicode unicorn unidentified unification unified uniform
uniformed uniformly uniforms unincorporated uninhabited unionist unique uniquely unitarian unitary united
uniting universal universally universe universidad universities unix unknown unlawful unleashed unless
unlike unlikely unlimited unlock unlocked unmanned unmarked unmarried unmistakable unnamed unnatural
unnecessary unnoticed unofficial unofficially unopposed unpaid unpleasant unpopular unprecedented
unpredictable unpublished unreasonable unrelated unreleased unreliable unrest unsafe unseen unsigned
unspecified unspoken unstable unsuccessful unsuccessfully unsuitable until unto untouched unused unusual
unusually unveiled unwanted unwilling upbeat upbringing upcoming update upgrade upgrading upland uploaded
uppsala upright uprising upscale upset upside upstairs upstate upstream upward upwards uranium urdu urgency
urgently urging urine ursula uruguay uruguayan usaf useful useless ushered ussr usual usually utah utilities
utility utilization utilize utilizing utmost utopia utrecht utterly uzbekistan vacancy vacant vacated
vacation vaccine vaccines vacuum vaguely vain valencia valid validation validity valkyrie valleys valuable
vamp vampire vampires vancouver vanderbilt vanessa vanguard vanilla vanishing vanuatu vargas variability
variable variables variance variants variation variations varieties variety various variously varsity vary
varying vascular vase vassal vast vatican vaudeville vaulted vedic vega vegas vegetable vegetables
vegetarian vegetation vehicle vehicles veil vein velocity velvet vendor vendors venerable venetian vengeance
venice venom ventilation veracruz verandah verb verdict verification verified verlag vermont vernacular
vernon verona veronica versailles versatile version versions vertebrae vertical vertically vertices vertigo
vessel vessels vest veteran veterans veterinary veto viaduct vibe vibrant vibrated vibrating vibration
vibrations vicar vicente viceroy vicinity vicious vickers victim victims victories victorious video videos
vidhan viet vietnam vietnamese view viewers viewing viewpoint views vigorously viii vijay vikings vikram
village villain villains villas villiers vilnius vincent vincenzo vinegar vineyard vineyards vinyl violate
violated violating violation violations violence violently violin violinist violins virginia virginity
virtual virtually virtue virtues virus viruses visas vishnu visibility vision visionary visions visit
visitation visited visiting visitor visitors visits visual visually visuals vitamin vittorio viva vivian
vivid vivo vlad vladimir vocabulary vocalist vocalists vocational vodka voivodeship volatile volcanic
volcano volcanoes volkswagen volleyball vols voltage volume volumes voluntarily voluntary volunteer
volunteered volunteers volvo vomit vomiting voodoo voss vows vuelta vulcan vulgar vulnerability vulnerable
wade wadi wage wagon wagons wainwright waistband waitress waivers wakefield walk walkover walkway wallace
walnut walsall wanderers wang want wardrobe warehouse warehouses warfare warlock warlord warmth warn warp
warrant warrior warriors warsaw warships wartime warwick warwickshire washington wasn wasp wastewater
watered waterfall waterfalls waterford waterfront waterloo watershed waterway waterways watford watson
wavelength wavelengths wavy ways weak weakened weakening weakness weaknesses wealthiest weapon weaponry
weapons weasel weathered webb website websites webster weddings wednesday week weekday weekdays weekend
weekends wehrmacht weighing weightlifting weimar weir weird weiss welcome welcomed welcoming welded welfare
wellesley wellness welterweight wembley wendell went wentworth werewolf werewolves wesleyan west westbound
westchester western westfield westminster weston westphalia westward westwood wetland wetlands wexford
whaling wharf wharton whatever whatsoever wheelbase wheelchair wheeling when whereabouts whereas wherein
whereupon whether which whichever whig whilst whip whirled whispering whispers whistled whistling whitaker
whitehall whitehead whitish whitman whoa whoever wholesale whom whorls wichita widely widened widening
widespread widowed wife wigan wikipedia wilbur wilcox wildcats wilderness wildlife wilfred wilhelm wilkes
wilkins wilkinson willard william williams williamsburg williamson willingly willingness willoughby
wilmington wiltshire wimbledon winchester windmill windshield windsor winery winfield wingspan wink winkler
winnipeg winslow winston winthrop wipe wire wireless wisconsin wisdom wise wish witchcraft withdrawal
withdrawing within without withstand witnessing wnba wolfgang wolverhampton wolverine wolves womb wonderful
wonderland wonders woodland woodlands woodrow woodstock woodward worcester worcestershire work workers
workforce working workings workout workplace workshop workshops worldwide worm worrying worsened worshipped
worthless wrap wreck wreckage wrecked wrestlemania wrestlers wrestling wrexham wrinkled wrists writings
wrongly wurttemberg wwii wynn wyoming xbox xiao xiii xinjiang yacht yahoo yale yamaha yamamoto yang yank
yankees yard yarmouth yarn yeah year yearbook yell yelled yellowish yellowstone yemen yeomanry yerevan
yeshiva yesterday yiddish ymca yoga yoko yokohama yoon york yorkshire younger youngest your yourself youtube
yuan yucatan yugoslav yugoslavia yuki yukon yunnan yuri yusuf yves yvonne zach zachary zack zagreb zane
zaragoza zealand zeke zenith zeppelin zero zeta zeus zhao zhejiang zhou zimbabwe zimmerman zinc zion zionist
zipper zodiac zombie zombies zoning zoological zoology zoom zulu zurich
`);

export function isKnown(word: string): boolean {
  return realWords.has(word) || otherWords.has(word);
}
